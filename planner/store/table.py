"""Common ground of the tables: one metadata with named constraints, and checks that a column holds one of some words."""

from sqlalchemy import CheckConstraint, MetaData
from sqlmodel import SQLModel

from planner.core.status import Act, State

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Common ground of the tables: one metadata with named constraints."""

    metadata = MetaData(naming_convention=NAMING)


def one_of(column: str, values: type[State] | type[Act] | tuple[str, ...]) -> CheckConstraint:
    """Return a named CHECK that *column* holds one of *values*; a bad value must never get in."""
    words = ", ".join(f"'{value!s}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)
