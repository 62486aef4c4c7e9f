"""The main window: holds menu row, pipeline bar, banner, the five tabs and the status bar; does no work itself."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from codegen_desktop.ui import menus, place, settings, style, theme
from codegen_desktop.ui.actions import fill_menus
from codegen_desktop.ui.files import Files, dropped_path
from codegen_desktop.ui.fit import Fit, fit_of
from codegen_desktop.ui.pages import Pages
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.status import Status
from codegen_desktop.ui.whole_lab import WholeLab
from codegen_desktop.ui.widgets.banner import Banner
from codegen_desktop.ui.widgets.focus_ring import FocusRing
from codegen_desktop.ui.widgets.pipeline_bar import PipelineBar
from codegen_desktop.ui.workspace import Workspace

SMALLEST = (1024, 640)


class MainWindow(QMainWindow):
    """Calls go down to its parts, wishes come up as signals; what is open and current is in the workspace."""

    closed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.whole_lab = WholeLab(workspace)
        self.files = Files(workspace, self)
        self.pages = Pages(workspace)
        self.bar = PipelineBar({stage: workspace.stage(stage) for stage in Stage})
        self.status = Status(workspace)
        self._banner = Banner(workspace.messages)
        self._corner = menus.Corner(self.set_text_scale, self.switch_theme)
        self._followed = Stage.DATASET

        self._lay_out()
        self._connect()
        self._corner.show_look(theme.current())
        self._on_workspace_lab_changed()
        self.bar.setFocus()
        self.show_stage(Stage.DATASET)

    def _lay_out(self) -> None:
        self.setWindowTitle("Codegen Desktop")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.menuBar().setCornerWidget(self._corner)
        fill_menus(self)
        middle = QWidget()
        middle.setProperty("class", "page")
        layout = QVBoxLayout(middle)
        theme.space(layout, 0, 0)
        layout.addWidget(self.bar)
        layout.addWidget(self._banner)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        self.setStatusBar(self.status)
        self._ring = FocusRing(self)

    def _connect(self) -> None:
        workspace, page = self.workspace, self.pages.first_run
        self.bar.currentChanged.connect(lambda index: self.show_stage(list(Stage)[index]))
        page.whole_lab_wished.connect(self.run_whole_lab)
        page.step_by_step_wished.connect(self.begin_step_by_step)
        page.own_code_wished.connect(self.choose_code)
        page.open_wished.connect(self.files.choose_lab)
        workspace.stage_changed.connect(self._on_workspace_stage_changed)
        workspace.open_stage.connect(lambda name: self.show_stage(Stage(name)))
        workspace.lab_changed.connect(self._on_workspace_lab_changed)
        workspace.corpus_changed.connect(self._on_workspace_corpus_changed)
        self.whole_lab.stage_reached.connect(self._on_whole_lab_stage_reached)

    @property
    def stage(self) -> Stage:
        """The stage that is open."""
        return list(Stage)[self.bar.currentIndex()]

    def show_stage(self, stage: Stage) -> None:
        """Open a stage."""
        self.bar.setCurrentIndex(list(Stage).index(stage))
        self.pages.show_stage(stage)

    def run_whole_lab(self) -> None:
        """Run all stages; the window follows them until the person opens another stage."""
        self.pages.leave_first_run()
        self.show_stage(Stage.DATASET)
        self._followed = Stage.DATASET
        self.whole_lab.start()

    def begin_step_by_step(self, source: str = "starter") -> None:
        """Open the Dataset tab and read a source there: `starter`, `stdlib` or a path."""
        from codegen_desktop.ui.dataset.tab import DatasetTab

        self.pages.leave_first_run()
        self.show_stage(Stage.DATASET)
        tab = self.pages.tab(Stage.DATASET)
        assert isinstance(tab, DatasetTab)
        tab.read_source(source)

    def choose_code(self) -> None:
        """Ask for a folder and read the code in it."""
        self.files.choose_code(self.begin_step_by_step)

    def set_text_scale(self, scale: float) -> None:
        """Draw everything at another text size (1.0 to 2.0)."""
        self._set_look(theme.current().with_scale(scale))

    def step_text_scale(self, step: int) -> None:
        """One text size larger (1) or smaller (-1)."""
        sizes, now = theme.TEXT_SCALES, theme.current().text_scale
        nearest = min(range(len(sizes)), key=lambda index: abs(sizes[index] - now))
        self.set_text_scale(sizes[min(max(nearest + step, 0), len(sizes) - 1)])

    def switch_theme(self) -> None:
        """Light to dark, or back."""
        self._set_look(theme.current().with_dark(not theme.current().dark))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # Qt's name
        """The whole window accepts a folder, a file with code, or a Lab."""
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # Qt's name
        """Open a Lab, or read code in the Dataset tab."""
        path = dropped_path(event)
        if path is None:
            return
        event.acceptProposedAction()
        if path.suffix == ".cglab":
            self.files.open_lab(path)
        else:
            self.begin_step_by_step(str(path))

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Small windows are compact: less height for the frame."""
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        """Everything is saved already: close at once; whatever runs is stopped and what it made is kept."""
        place.store(self)
        event.accept()
        self.closed.emit()

    def _set_look(self, look: theme.Theme) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        style.apply(application, look)
        settings.store_theme(look)
        self._corner.show_look(look)
        self._fit()

    def _fit(self) -> None:
        compact = fit_of(self) is not Fit.WIDE
        self.bar.set_compact(compact)
        self._corner.set_compact(compact)
        self.status.setVisible(not compact)
        self._place_corner()

    def _place_corner(self) -> None:
        """QMenuBar looks at its corner's size only when it is given one."""
        self._corner.adjustSize()
        self.menuBar().setCornerWidget(self._corner)

    def _on_workspace_stage_changed(self, name: str, _text: str, _mark: str) -> None:
        self.bar.show_state(Stage(name), self.workspace.stage(Stage(name)))

    def _on_workspace_lab_changed(self) -> None:
        lab = self.workspace.lab
        self._corner.show_lab(lab.path.stem if lab is not None else "New lab")
        self._place_corner()

    def _on_workspace_corpus_changed(self) -> None:
        if self.stage is Stage.DATASET and self.pages.shows_first_run:
            self.pages.show_stage(Stage.DATASET)

    def _on_whole_lab_stage_reached(self, name: str) -> None:
        """Follow the run as long as nobody opened another stage than the one it was in."""
        reached = Stage(name)
        if self.stage is self._followed:
            self.show_stage(reached)
        self._followed = reached
