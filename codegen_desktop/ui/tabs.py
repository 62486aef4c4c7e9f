"""Makes the five tabs, each when it is first opened; their code is brought in meanwhile, after the first paint."""

import importlib

from PySide6.QtWidgets import QWidget

from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.workspace import Workspace


def make_tab(stage: Stage, workspace: Workspace) -> QWidget:
    """The tab of a stage."""
    match stage:
        case Stage.DATASET:
            from codegen_desktop.ui.dataset.tab import DatasetTab

            return DatasetTab(workspace)
        case Stage.TOKENS:
            from codegen_desktop.ui.tokens.tab import TokensTab

            return TokensTab(workspace)
        case Stage.TRAINING:
            from codegen_desktop.ui.training.tab import TrainingTab

            return TrainingTab(workspace)
        case Stage.GENERATION:
            from codegen_desktop.ui.generation.tab import GenerationTab

            return GenerationTab(workspace)
        case Stage.QUIZ:
            from codegen_desktop.ui.quiz.tab import QuizTab

            return QuizTab(workspace)


def import_tabs() -> None:
    """Import the code of every tab (pyqtgraph too), so that opening one does not wait for it.

    Makes no Qt object, so another thread than the window's may call it.
    """
    for stage in Stage:
        importlib.import_module(f"codegen_desktop.ui.{stage.value}.tab")
