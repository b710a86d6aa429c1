<%!
    def plain(operations):
        """Leave out the two remarks that frame generated operations: the docstring of the migration says what it is."""
        return "\n".join(line for line in operations.splitlines() if not line.lstrip().startswith("# ###"))
%>\
"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
${plain("    " + upgrades)}
