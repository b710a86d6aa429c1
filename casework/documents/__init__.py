"""Papers from templates that designers own: as PDF by typst, as Word files that can be edited further."""

from casework.documents.catalogue import FOLDER, Paper, papers_in, papers_of
from casework.documents.writing import NoFont, write_docx, write_pages, write_pdf

__all__ = ["FOLDER", "NoFont", "Paper", "papers_in", "papers_of", "write_docx", "write_pages", "write_pdf"]
