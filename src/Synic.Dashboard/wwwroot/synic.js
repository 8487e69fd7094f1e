// What must work without a circuit: the theme, the keys, copying, scrolling, and the age of what is on the screen when the circuit is gone.
(() => {
    "use strict";
    const root = document.documentElement;

    // Theme: "system" leaves the choice to the browser.
    const stored = () => { try { return localStorage.getItem("synic.theme"); } catch { return null; } };
    const setTheme = choice => { root.dataset.theme = ["light", "dark"].includes(choice) ? choice : "system"; };
    setTheme(stored());
    window.addEventListener("storage", e => { if (e.key === "synic.theme") setTheme(e.newValue); });

    const copy = async text => {
        if (navigator.clipboard) return navigator.clipboard.writeText(text);
        // Plain HTTP from another host has no clipboard object.
        const area = Object.assign(document.createElement("textarea"), { value: text });
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    };

    const linesOf = selector => [...document.querySelector(selector).children].map(line => line.textContent + "\n").join("");

    document.addEventListener("click", e => {
        const choice = e.target.closest("[data-theme-choice]")?.dataset.themeChoice;
        if (choice) {
            setTheme(choice);
            try { localStorage.setItem("synic.theme", choice); } catch { /* private window: for this page only */ }
        }

        const source = e.target.closest("[data-copy], [data-copy-from]");
        if (source) {
            copy(source.dataset.copy ?? linesOf(source.dataset.copyFrom)).then(() => {
                source.classList.add("copied");
                setTimeout(() => source.classList.remove("copied"), 1200);
            }, () => { });
        }

        const save = e.target.closest("[data-save-from]");
        if (save) {
            const href = URL.createObjectURL(new Blob([linesOf(save.dataset.saveFrom)], { type: "text/plain" }));
            Object.assign(document.createElement("a"), { href, download: save.dataset.saveAs }).click();
            setTimeout(() => URL.revokeObjectURL(href), 1000);
        }

        const jump = e.target.closest("[data-jump]")?.parentElement.querySelector("[data-follow]");
        if (jump) { jump.scrollTop = 0; jump.focus(); }

        if (e.target.closest("[data-shortcut='?']")) document.getElementById("help")?.showModal();
        if (e.target.id === "help") e.target.close(); // the backdrop
    });

    window.synic = { ...window.synic, showModal: dialog => { if (dialog?.isConnected && !dialog.open) dialog.showModal(); } };

    // A grid of cells is one stop of the Tab key; the arrow keys move in it.
    const moveInGrid = (e, grid) => {
        const columns = Number(grid.dataset.cellColumns);
        const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[e.key];
        const cells = [...grid.querySelectorAll("tbody button")];
        const to = cells[cells.indexOf(e.target.closest("button")) + step];
        if (!step) return;
        e.preventDefault();
        if (!to) return;
        cells.forEach(cell => { cell.tabIndex = cell === to ? 0 : -1; });
        to.focus();
    };

    // A terminal is laid out from its end: 0 is there, and the browser keeps what is being read in its place.
    document.addEventListener("scroll", e => {
        if (e.target.matches?.("[data-follow]")) e.target.toggleAttribute("data-behind", e.target.scrollTop < -8);
    }, true);

    document.addEventListener("keydown", e => {
        const typing = e.target.closest("input, textarea, select, [contenteditable]");
        if (typing && e.key === "Escape") typing.blur();
        if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
        const grid = e.target.closest("[data-cell-columns]");
        if (grid) moveInGrid(e, grid);
        const target = [...document.querySelectorAll("[data-shortcut]")].find(t => t.dataset.shortcut === e.key);
        if (!target) return;
        e.preventDefault();
        if (target.matches("input")) { target.focus(); target.select(); } else { target.click(); }
    });

    // Circuit: Blazor reports on the notice element; after it has given up, come back when the daemon does.
    let stale = null;
    const age = () => {
        const asOf = Date.parse(document.querySelector("[data-as-of]")?.dataset.asOf);
        const out = document.querySelector("[data-stale-age]");
        if (!out || Number.isNaN(asOf)) return;
        const seconds = Math.max(0, Math.round((Date.now() - asOf) / 1000));
        out.textContent = seconds < 120 ? `${seconds} s old` : `${Math.round(seconds / 60)} min old`;
    };
    const comeBack = async () => {
        try {
            await fetch(document.baseURI, { method: "HEAD", cache: "no-store" });
            if (await Blazor.reconnect()) return;
            location.reload();
        } catch {
            setTimeout(comeBack, 2000);
        }
    };
    document.addEventListener("DOMContentLoaded", () => {
        document.getElementById("components-reconnect-modal")?.addEventListener("components-reconnect-state-changed", e => {
            const state = e.detail.state;
            root.classList.toggle("circuit-lost", state !== "hide");
            clearInterval(stale);
            if (state !== "hide") { age(); stale = setInterval(age, 1000); }
            if (state === "failed") comeBack();
            if (state === "rejected") location.reload();
        });
    });
})();
