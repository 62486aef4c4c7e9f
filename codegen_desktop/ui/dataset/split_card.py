"""Train and test: how many snippets are learned from, how many stay unseen, and whether that is really so."""

import random

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.dataset.facts import DatasetFacts, leakage_sentence
from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.fields import pad_number
from codegen_desktop.ui.widgets.labels import Badge, label

_LARGEST_SEED = 2**31 - 1


class SplitCard(Card):
    """Shows the split of a dataset; the seed is a wish for the next one."""

    seed_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__("Train and test")
        self._facts: DatasetFacts | None = None
        self._shares = label("–", "secondary")
        self._bar = SplitBar()
        self._train_words = label("Nothing is split yet.", "secondary")
        self._test_words = label("", "secondary")
        self._rule = label("", "caption", wrap=True)
        self._seed_label = label("Seed", "secondary")
        self._seed = QSpinBox()
        self._dice = icon_button("dices", "Another seed")
        self._badge = Badge()
        pad_number(self._seed)
        self._seed.setRange(0, _LARGEST_SEED)
        self._seed.setValue(42)
        self._seed.setAccessibleName("Seed of the dataset")
        self._seed.setToolTip("The same seed gives the same snippets and the same split.")
        self._badge.setToolTip("Compared without comment lines, blank lines and spacing.")
        self._rule.hide()
        self._badge.hide()
        self._lay_out()

        self._seed.valueChanged.connect(self.seed_changed)
        self._dice.clicked.connect(self._on_dice_clicked)

    def _lay_out(self) -> None:
        counts, seed = QHBoxLayout(), QHBoxLayout()
        for row in (counts, seed):
            theme.space(row, 0, 8)
        counts.addWidget(self._train_words)
        counts.addStretch(1)
        counts.addWidget(self._test_words)
        seed.addWidget(self._seed_label)
        seed.addWidget(self._seed, 1)
        seed.addWidget(self._dice)
        self.add_header_widget(self._shares)
        self.body.addWidget(self._bar)
        self.body.addLayout(counts)
        self.body.addWidget(self._rule)
        self.body.addLayout(seed)
        badge = QHBoxLayout()
        badge.addWidget(self._badge)
        badge.addStretch(1)
        self.body.addLayout(badge)

    @property
    def seed(self) -> int:
        """The seed for the next dataset."""
        return self._seed.value()

    def set_seed(self, seed: int) -> None:
        """Write a seed into the field."""
        self._seed.setValue(seed)

    def changeEvent(self, event: QEvent) -> None:
        """Write the coloured counts again in the colours in force."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._facts is not None:
            self._write_counts(self._facts)

    def set_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's split."""
        self._facts = facts
        self._bar.set_counts(facts.train, facts.test)
        share = round(100 * facts.train / max(facts.accepted, 1))
        self._shares.setText(f"{share} : {100 - share}")
        self._rule.setText(f"Split {facts.dataset.split.rule}.")
        self._rule.show()
        self._write_counts(facts)
        self._badge.show_verdict(
            "warn" if facts.leaked else "ok", leakage_sentence(facts), "" if facts.leaked else "shield-check"
        )
        self._badge.show()

    @property
    def leakage(self) -> str:
        """What the badge says about leakage."""
        return self._badge.text

    def _write_counts(self, facts: DatasetFacts) -> None:
        colours = theme.colours()
        self._train_words.setText(f'<b style="color:{colours.train.ink}">{facts.train:,}</b> to learn from')
        self._test_words.setText(f'<b style="color:{colours.test.ink}">{facts.test:,}</b> unseen')

    def _on_dice_clicked(self) -> None:
        self._seed.setValue(random.SystemRandom().randrange(100_000))


class SplitBar(QWidget):
    """A solid part for what is learned from and a hollow one for what is not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._train, self._test = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Share of train and test")

    def set_counts(self, train: int, test: int) -> None:
        """Show other counts."""
        self._train, self._test = train, test
        self.setAccessibleDescription(f"{train:,} to learn from, {test:,} never shown")
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(theme.px(160), theme.px(14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Both parts in proportion; only the outline while there is nothing."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = area.height() / 2
        total = self._train + self._test
        edge = colours.test.colour if total else colours.border
        painter.setPen(QPen(QColor(edge), theme.px(2)))
        painter.drawRoundedRect(area, radius, radius)
        if total:
            learned = QRectF(area.left() - 1, 0, self.width() * self._train / total, self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.train.colour))
            painter.drawRoundedRect(learned, radius, radius)
        painter.end()
