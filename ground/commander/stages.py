"""How far a command has come, as a table: the screen, the log and the document say it by these words."""

READY = "ready"
SENT = "sent"
CHALLENGED = "challenged"
EXECUTING = "executing"
ASKING = "asking"
ACCEPTED = "accepted"
CONFIRMED = "confirmed"
REFUSED = "refused"
FAILED = "failed"
UNKNOWN = "unknown"

# stage, what it means, what it may become
STAGES = (
    (READY, "nothing is sent yet: waits for a report, and for the key's counter on the disk", (SENT, FAILED)),
    (SENT, "said in every slot until it is answered", (SENT, CHALLENGED, ACCEPTED, REFUSED, FAILED, UNKNOWN)),
    (
        CHALLENGED,
        "the payload has heard the first step, and sent the nonce for the second",
        (EXECUTING, CONFIRMED, UNKNOWN),
    ),
    (
        EXECUTING,
        "the second step is said in every slot until it is answered",
        (SENT, ASKING, ACCEPTED, CONFIRMED, REFUSED, FAILED, UNKNOWN),
    ),
    (
        ASKING,
        "no answer: the very same frame is said on, now too old to be done; but if it was done, its answer says so",
        (SENT, ACCEPTED, CONFIRMED, REFUSED, FAILED, UNKNOWN),
    ),
    (
        ACCEPTED,
        "the payload has done it, by its own tagged word; or only by its reports, which is said",
        (SENT, CONFIRMED, REFUSED, FAILED, UNKNOWN),
    ),
    (CONFIRMED, "accepted, and the reports show it where they can", ()),
    (REFUSED, "the payload has refused it, with its reasons", ()),
    (FAILED, "it was not done", ()),
    (UNKNOWN, "nobody here can say whether it was done: what to look at is said", ()),
)
MAY_BECOME = {stage: after for stage, _, after in STAGES}

# The exit status of `samara command` by the stage in which it ends.
STATUSES = {CONFIRMED: 0, REFUSED: 1, FAILED: 1, UNKNOWN: 3}
