"""The tables of a company's entry: what was found in the handover inspection, and the contract that was signed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.persistence import Base, Identity

GROUPS = {
    "documents": ("资料", "Documents"),
    "structure": ("共用部位", "Common structure"),
    "equipment": ("设备", "Equipment"),
    "facilities": ("设施", "Facilities"),
    "rooms": ("物业用房", "Property rooms"),
    "accounts": ("账务", "Accounts"),
    "contracts": ("合同", "Contracts"),
    "hazards": ("隐患", "Hazards"),
}
"""What is looked at in a handover inspection, in this order (聊城条例 11)."""
STATES = ("present", "missing", "rebuild", "sound", "defect")
"""Papers are present, missing or to be made anew; everything else is sound or has a defect."""
GRADES = ("A", "B", "C")
"""A endangers people, B hinders use, C spoils the look."""
DUTIES = ("old_unit", "new_firm", "developer", "utility", "owners", "government")
_Yuan = Numeric(14, 2)


class Inspection(Base):
    """A handover inspection: old and new side by side, item by item; what is missing never stops it."""

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint("agreed_on IS NULL OR cardinality(agreement) > 0", name="agreed_by_paper"),
        CheckConstraint("agreed_on IS NULL OR agreed_on >= checked_on", name="agreed_after_check"),
        CheckConstraint("posted_until IS NULL OR posted_at IS NOT NULL", name="posted"),
        CheckConstraint("filed_on IS NULL OR filed_on >= agreed_on", name="filed_after_agreement"),
        Index("ix_inspection_case_id", "case_id", "id"),
        Index("ix_inspection_estate_id", "estate_id", "id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    """A bundle inspects many estates in one case, a second company an estate anew."""
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Who hands over; none where nobody served."""
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    begun_at: Mapped[datetime]
    checked_on: Mapped[date | None]
    differences: Mapped[list[Any]] = mapped_column(default=list)
    """What is handed out unlike what was handed in, explained: [{group, item, was, now, difference, explanation}]."""
    agreement: Mapped[list[int]] = mapped_column(default=list)
    agreed_on: Mapped[date | None]
    """When both sides signed; nothing is handed over before."""
    posted_at: Mapped[datetime | None]
    posted_until: Mapped[datetime | None]
    filed_on: Mapped[date | None]
    filing_receipt: Mapped[list[int]] = mapped_column(default=list)

    items: Mapped[list["InspectionItem"]] = relationship(order_by="InspectionItem.number")


class InspectionItem(Base):
    """One line of an inspection: what it is, how it was found, who has to put it right by when."""

    __tablename__ = "inspection_item"
    __table_args__ = (
        UniqueConstraint("inspection_id", "number"),
        CheckConstraint(f'"group" IN {tuple(GROUPS)}', name="group"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"grade IN {GRADES}", name="grade"),
        CheckConstraint(f"duty IN {DUTIES}", name="duty"),
        CheckConstraint("(state = 'defect') = (grade IS NOT NULL)", name="graded"),
        CheckConstraint("isolated_at IS NULL OR grade = 'A'", name="only_dangers_are_stopped"),
    )

    id: Mapped[Identity]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    number: Mapped[int]
    group: Mapped[str]
    item: Mapped[str]
    item_en: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    grade: Mapped[str | None]
    duty: Mapped[str | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The organisation in duty, where there is one on record."""
    keeper: Mapped[str] = mapped_column(default="")
    """Who keeps a paper, or has to make it anew."""
    due: Mapped[date | None]
    photos: Mapped[list[int]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    isolated_at: Mapped[datetime | None]
    """Since when a dangerous device stands still; the takeover goes on."""
    settled_at: Mapped[datetime | None]
    """When what was missing or broken was put right."""


class ServiceContract(Base):
    """What owners and a company signed: fee, term and a year's calculation, with every day the law asks for."""

    __tablename__ = "service_contract"
    __table_args__ = (
        CheckConstraint("from_on >= signed_on AND to_on > from_on", name="in_order"),
        CheckConstraint("signed_on > posted_on", name="posted_before"),
        CheckConstraint("(filing_no IS NULL) = (filed_on IS NULL)", name="filed"),
        CheckConstraint("filed_on >= signed_on", name="filed_after_signing"),
        CheckConstraint("entered_at IS NULL OR stopped_at IS NULL", name="entered_or_stopped"),
        CheckConstraint("fee >= 0 AND area >= 0", name="not_below_zero"),
        Index("ix_service_contract_estate_id", "estate_id", "from_on"),
        Index("ix_service_contract_case_id", "case_id", "id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    """The case of the entry; a takeover that goes on for years has a contract for each company and renewal."""
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    area: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    """m² that the fee is charged for."""
    fee: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    """Yuan per m² and month."""
    lines: Mapped[list[Any]]
    """A year, line by line: [{kind, item, rate, amount}], the numbers as text (`money.Line`)."""
    left_out: Mapped[list[str]] = mapped_column(default=list)
    """Uses of common parts that the owners did not allow."""
    shortfall: Mapped[Decimal] = mapped_column(_Yuan)
    """What nobody pays in a year."""
    posted_on: Mapped[date]
    """The day the text was put up."""
    signed_on: Mapped[date]
    from_on: Mapped[date]
    to_on: Mapped[date]
    files: Mapped[list[int]] = mapped_column(default=list)
    filing_no: Mapped[str | None]
    filed_on: Mapped[date | None]
    filing_receipt: Mapped[list[int]] = mapped_column(default=list)
    entered_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
