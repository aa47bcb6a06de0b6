"""A notebook open in a real browser: run its cells, drag in its figures, read what they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page
from pointer import Pointer

HERE = Path(__file__).parent
RECORDER = (HERE / "recorder.js").read_text(encoding="utf-8")
WIDTH, HEIGHT = 1280, 900
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel"

# A promise of JupyterLab that never settles would hang the run: the driver sets it no limit.
_WITHIN = """
async ([seconds, argument]) => {{
    const work = async () => {{
        const panel = jupyterapp.shell.currentWidget, notebook = panel.content;
        {body}
    }};
    const late = new Error(`JupyterLab was not done within ${{seconds}} s`);
    const limit = new Promise((_, fail) => setTimeout(fail, 1000 * seconds, late));
    return Promise.race([work(), limit]);
}}
"""


class NotebookPage:
    """One browser tab with one notebook in JupyterLab.

    Args:
        browser: The browser to open the tab in.
        debugging_port: Its debugging port.

    Attributes:
        page: The Playwright page, for everything that this class does not wrap.
        pointer: A mouse that waits for nothing.
        complaints: Console errors and uncaught exceptions, as they came. A healthy JupyterLab has
            none, so there is no list of those to overlook.
    """

    def __init__(self, browser: Browser, debugging_port: int) -> None:
        self._context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self._cdp = self._context.new_cdp_session(self.page)
        target = self._cdp.send("Target.getTargetInfo")["targetInfo"]["targetId"]
        self.pointer = Pointer(debugging_port, target)

    def close(self) -> None:
        """Close the tab."""
        self.pointer.close()
        self._context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    # The notebook ------------------------------------------------------------------------------

    def open(self, port: int, notebook: str, *, kernel: bool = True) -> None:
        """Open ``notebook``, a path below the server's root, and wait for its kernel.

        Args:
            port: The server's, or that of a proxy before it.
            notebook: Path from the server's root.
            kernel: Whether to wait until a kernel is idle.
        """
        self.page.goto(f"http://127.0.0.1:{port}/doc/tree/{notebook}?reset")
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.content?.model?.cells?.length > 0"
        )
        if kernel:
            self.wait_until_idle()

    def wait_until_idle(self, *, seconds: float = 60) -> None:
        """Wait until the kernel is there and has nothing to do."""
        self.page.wait_for_function(f"() => {KERNEL}?.status === 'idle'", timeout=1000 * seconds)

    def interrupt(self) -> None:
        """Interrupt what the kernel does, as the stop button does, and wait until it has ended."""
        self.script("await panel.sessionContext.session.kernel.interrupt();")
        self.page.wait_for_selector("[data-busy]", state="detached")

    def restart(self) -> None:
        """Restart the kernel, as its button does, and wait until the new one is idle."""
        self.script("await panel.sessionContext.session.kernel.restart();")
        self.wait_until_idle()

    def script(self, body: str, argument: object = None, *, seconds: float = 90) -> Any:
        """Evaluate JavaScript with ``panel`` and ``notebook`` of JupyterLab in scope."""
        return self.page.evaluate(_WITHIN.format(body=body), [seconds, argument])

    def command(self, name: str, **arguments: object) -> None:
        """Execute a command of JupyterLab and wait until it is done."""
        self.script("await jupyterapp.commands.execute(...argument);", [name, arguments])

    def run_all(self) -> None:
        """Run every cell and wait until the last one is done."""
        self.command("notebook:run-all-cells")
        self.wait_until_idle()

    def run_cell(self, number: int) -> None:
        """Run the cell of that number, counted from 0."""
        self.script("notebook.activeCellIndex = argument; notebook.deselectAll();", number)
        self.command("notebook:run-cell")

    def run_code(self, code: str) -> str:
        """Run ``code`` in the notebook's kernel without a cell of its own.

        Returns:
            What it printed.

        Raises:
            RuntimeError: If it failed; the message is its traceback.
        """
        said, wrong = self.script(
            """
            const future = panel.sessionContext.session.kernel.requestExecute(
                { code: argument, store_history: false });
            let said = "", wrong = "";
            future.onIOPub = ({ header, content }) => {
                if (header.msg_type === "stream") said += content.text;
                if (header.msg_type === "error") wrong += content.traceback.join("\\n");
            };
            await future.done;
            return [said, wrong];
            """,
            code,
        )
        if wrong:
            raise RuntimeError(wrong)
        return said

    def start_code(self, code: str) -> None:
        """Run ``code`` in the kernel and don't wait; ``busy`` says whether it still runs."""
        self.script(
            """
            const future = panel.sessionContext.session.kernel.requestExecute(
                { code: argument, store_history: false });
            panel.node.dataset.busy = "yes";
            const over = () => { delete panel.node.dataset.busy; };
            future.done.then(over, over);
            """,
            code,
        )

    def busy(self) -> bool:
        """Whether what ``start_code`` began still runs.

        JupyterLab's own word for it won't do: it says idle whenever a widget's message is done.
        """
        return self.script("return 'busy' in panel.node.dataset;")

    def failed_cells(self) -> list[str]:
        """The error output of every cell that raised, with the cell's number."""
        return self.script(
            """
            return notebook.widgets.flatMap((cell, number) =>
                (cell.model.sharedModel.getOutputs?.() ?? [])
                    .filter((output) => output.output_type === "error")
                    .map((output) => `cell ${number}: ${output.ename}: ${output.evalue}`));
            """
        )

    def show_cell(self, number: int) -> None:
        """Scroll the cell of that number into the window, and name it in the page for selectors."""
        self.script(
            """
            await notebook.scrollToItem(argument, "center");
            await notebook.widgets[argument].ready;
            notebook.widgets[argument].node.dataset.cellNumber = argument;
            """,
            number,
        )

    # The screen --------------------------------------------------------------------------------

    def set_theme(self, name: str) -> None:
        """Switch JupyterLab to its ``"Light"`` or ``"Dark"`` theme and wait until it is on."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name}")
        light = "true" if name == "Light" else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        self.page.wait_for_timeout(300)

    @contextmanager
    def screen(
        self, *, width: int = WIDTH, height: int = HEIGHT, density: float = 1
    ) -> Iterator[None]:
        """Give the tab another screen while the block runs, as moving its window there does."""
        self.page.set_viewport_size({"width": width, "height": height})
        if density != 1:  # the driver itself only knows it for tabs not yet open
            self._cdp.send(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": density, "mobile": False},
            )
        self.page.wait_for_timeout(300)
        try:
            yield
        finally:
            self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            self.page.wait_for_timeout(300)

    # Watching and dragging ---------------------------------------------------------------------

    @contextmanager
    def recorded(
        self, readings: Mapping[str, tuple[str, str]], *, slider: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Record pointer events and what each frame shows while the block runs.

        Args:
            readings: Name → (selector, what to read), as recorder.js explains.
            slider: Selector of a slider whose value each event is to tell.

        Yields:
            A dict that holds ``events``, ``frames`` and ``count`` once the block has ended.
        """
        log: dict[str, Any] = {}
        recorder = self.page.evaluate_handle(
            RECORDER, {"readings": dict(readings), "slider": slider}
        )
        yield log
        log.update(recorder.evaluate("(recorder) => recorder.stop()"))
        recorder.dispose()

    def centre(self, selector: str) -> tuple[float, float]:
        """The middle of the first such element, in CSS pixels of the window."""
        box = self.page.locator(selector).first.bounding_box()
        if box is None:
            raise LookupError(f"{selector!r} is not on the screen of {self.page.url}")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
