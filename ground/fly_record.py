"""temporary"""

from pathlib import Path
import click


def draw_all(report, mission, setup, folder):
    for row in report["expectations"]:
        click.echo(f"{'ok ' if row['met'] else 'NOT'} {row['what']}: {row['found']}")
    return folder
