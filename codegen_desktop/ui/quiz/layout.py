"""How the Quiz tab's parts stand: three columns in a wide window, one of them behind a switch in a small one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.quiz.question import QuestionCard
from codegen_desktop.ui.quiz.report import Report
from codegen_desktop.ui.quiz.set_list import SetList
from codegen_desktop.ui.widgets.page import PageColumn, PageHead
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.splitter import splitter

QUESTION, SETS, REPORT = range(3)


class QuizLayout:
    """The parts by name, and where they stand."""

    def __init__(self, page: QWidget) -> None:
        self.head = PageHead()
        self.set_box = QComboBox()
        self.switch = Segmented("Shown part of the quiz", ("Question", "Sets", "Report"))
        self.set_list = SetList()
        self.question = QuestionCard()
        self.report = Report()
        self._compact = False

        self._lay_out(page)
        self.switch.chosen.connect(lambda _index: self._show_columns())

    def _lay_out(self, page: QWidget) -> None:
        self.set_box.setAccessibleName("Question set")
        self.head.action_row.addWidget(self.set_box)
        self.head.action_row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        self.previous_button = self.head.add_action("Previous", "arrow-left")
        self.next_button = self.head.add_action("Next question", "arrow-right")
        self.next_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.previous_button.setToolTip("Previous question (Alt+Left)")
        self.next_button.setToolTip("Next question (Alt+Right)")
        columns = splitter(Qt.Orientation.Horizontal, self.set_list, self.question, self.report)
        columns.setStretchFactor(1, 1)
        columns.setSizes([272, 808, 304])
        self._page = PageColumn(page, self.head, columns)

    def set_fit(self, fit: Fit) -> None:
        """Three columns, or one of them behind a switch; in a narrow window the sets are only behind that switch."""
        self._compact = compact = fit is not Fit.WIDE
        self._page.set_fit(fit)
        self.set_box.setVisible(fit is Fit.COMPACT)
        self.switch.setVisible(compact)
        words = "Next" if compact else "Next question"
        self.next_button.setText(f"\u2002{words}")  # read from the right, so the space lies beside the arrow
        self.next_button.setAccessibleName(words)
        widest = 2000 if compact else 360
        theme.size(self.set_list, minimum_width=240, maximum_width=widest)
        narrow = fit is Fit.NARROW
        theme.size(self.report, minimum_width=248, maximum_width=widest, minimum_height=320 if narrow else 0)
        theme.size(self.question, minimum_width=360 if narrow else 480, minimum_height=360 if narrow else 0)
        self._show_columns()

    def lead_on(self, on: bool) -> None:
        """Make the way to the next question the primary button, or a standard one."""
        theme.set_class(self.next_button, "primary" if on else "")
        icons.set_icon(self.next_button, "arrow-right", "accent_text" if on else "text", 16)

    def _show_columns(self) -> None:
        shown = self.switch.index
        for place, part in ((QUESTION, self.question), (SETS, self.set_list), (REPORT, self.report)):
            part.setVisible(not self._compact or shown == place)
