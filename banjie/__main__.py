"""The command line of Banjie: `banjie COMMAND`, or `python3 run.py COMMAND` before anything is installed."""

import sys

import click

from banjie.areas import areas
from banjie.backup import backup, restore
from banjie.bench import bench
from banjie.cases import cases
from banjie.checking import check
from banjie.people import people
from banjie.playing import play
from banjie.rolls import rolls
from banjie.serving import up, web, worker
from banjie.tokens import tokens
from banjie.upkeep import health, migration, publish, seed, verify
from casework.config import WrongSetting
from casework.errors import CaseworkError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def banjie() -> None:
    """Casework carried through to the end, on BPMN diagrams that a city's own staff draw."""


for command in (
    up,
    web,
    worker,
    check,
    play,
    publish,
    cases,
    people,
    rolls,
    areas,
    tokens,
    seed,
    verify,
    health,
    backup,
    restore,
    bench,
    migration,
):
    banjie.add_command(command)


def main() -> None:
    """Run the command line; what a person can mend is told in both languages, without a trace."""
    try:
        banjie(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.Abort:
        sys.exit(130)
    except (CaseworkError, WrongSetting) as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
