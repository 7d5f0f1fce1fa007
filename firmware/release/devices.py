"""What hangs on a channel's output, made from the board's parts: a burn wire or a dispenser."""

from firmware.protocol.mission_plan import SERVO


def device_of(board, channel):
    """The device of one of the mission's channels."""
    cutter = board.cutters[channel.output - 1]
    current = board.cutter_current
    if channel.kind == SERVO:
        # Only where there is one: it costs heap.
        from firmware.drivers.servo_dropper import ServoDropper

        return ServoDropper(
            cutter,
            board.one_shot(),
            board.servo,
            channel.positions_us,
            current,
            board.adc_reference_mv,
            board.cutter_ma_per_mv,
        )
    from firmware.drivers.burn_wire import BurnWire

    return BurnWire(cutter, board.one_shot(), current, board.adc_reference_mv, board.cutter_ma_per_mv)
