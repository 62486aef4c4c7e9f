"""The results of a session as a table that opens in every spreadsheet."""

import csv
import io

from codegen_desktop.quiz.session import Session

HEADINGS = (
    "quiz",
    "item",
    "about",
    "level",
    "skills",
    "tries",
    "hints",
    "points",
    "of",
    "right",
    "solution_shown",
    "misconceptions",
)


def results_csv(session: Session) -> str:
    """One row a question, answered or not, with headings; begin the file with a byte order mark for Excel.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for item in session.items:
        state = session.progress(item)
        shown = [one.verdict.misconception for one in state.tries if one.verdict.misconception]
        row = (
            session.quiz,
            item.id,
            item.title,
            item.level,
            " ".join(item.skill),
            len(state.tries),
            state.hints,
            "" if state.points is None else f"{state.points:g}",
            f"{item.points:g}",
            "" if not state.over else "yes" if state.right else "no",
            "yes" if state.gave_up else "no",
            " ".join(shown),
        )
        writer.writerow([_safe(str(cell)) for cell in row])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
