"""What the window shows under the bar: the first page, or one of the five tabs, each made when first opened."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from codegen_desktop.ui.first_run import FirstRunPage
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.tabs import make_tab
from codegen_desktop.ui.workspace import Workspace


class Pages(QStackedWidget):
    """The first page stands in the Dataset tab's place until something was chosen there."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._tabs: dict[Stage, QWidget] = {}
        self._areas: dict[Stage, QScrollArea] = {}
        self._first_run_left = False
        self.first_run = FirstRunPage()
        self._first_area = _scrolling(self.first_run)
        self._first_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.addWidget(self._first_area)

    @property
    def current(self) -> QWidget:
        """The page or tab that is seen."""
        area = self.currentWidget()
        page = area.widget() if isinstance(area, QScrollArea) else None
        assert page is not None
        return page

    @property
    def shows_first_run(self) -> bool:
        """Whether the first page is seen."""
        return self.currentWidget() is self._first_area

    def tab(self, stage: Stage) -> QWidget:
        """The tab of a stage; made now if it was not opened before."""
        if stage not in self._tabs:
            self._tabs[stage] = make_tab(stage, self._workspace)
            self._areas[stage] = _scrolling(self._tabs[stage])
            self.addWidget(self._areas[stage])
        return self._tabs[stage]

    def leave_first_run(self) -> None:
        """From now on the Dataset stage shows its tab."""
        self._first_run_left = True

    def show_stage(self, stage: Stage) -> None:
        """Show a stage; Dataset shows the first page while nothing was chosen yet."""
        if self._workspace.dataset is not None:
            self._first_run_left = True
        if stage is Stage.DATASET and not self._first_run_left:
            self.setCurrentWidget(self._first_area)
            self.first_run.run_button.setFocus()
            return
        self.tab(stage)
        self.setCurrentWidget(self._areas[stage])


def _scrolling(page: QWidget) -> QScrollArea:
    """A page scrolls where the window is too small for it at a large text size."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
