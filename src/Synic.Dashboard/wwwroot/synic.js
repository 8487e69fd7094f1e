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

    // What a viewer's browser remembers; the pages ask for it by name.
    window.synic = {
        read: name => { try { return localStorage.getItem("synic." + name); } catch { return null; } },
        write: (name, value) => {
            try {
                if (value === null) localStorage.removeItem("synic." + name); else localStorage.setItem("synic." + name, value);
            } catch { /* private window: for this page only */ }
        },
        save: async (download, type, stream) => {
            const href = URL.createObjectURL(new Blob([await stream.arrayBuffer()], { type }));
            Object.assign(document.createElement("a"), { href, download }).click();
            setTimeout(() => URL.revokeObjectURL(href), 1000);
        },
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
            copy(source.dataset.copy?.replaceAll("{origin}", location.origin) ?? linesOf(source.dataset.copyFrom)).then(() => {
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

    // Filter by a cell: data-term on it, data-filter on what it is in, which names the input.
    const useTerm = (cell, how) => {
        const input = document.getElementById(cell.closest("[data-filter]")?.dataset.filter);
        if (!input) return;
        const term = (how === "not" ? "-" : "") + cell.dataset.term;
        const has = (" " + input.value + " ").includes(" " + term + " ");
        input.value = has ? input.value : (input.value.trim() + " " + term).trim();
        input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    let toolCell = null;
    const showTools = cell => {
        const tools = document.getElementById("cell-tools");
        if (!tools || cell === toolCell) return;
        toolCell = cell;
        tools.hidden = !cell;
        if (!cell) return;
        const box = cell.getBoundingClientRect();
        tools.style.top = `${box.top + (box.height - tools.offsetHeight) / 2}px`;
        tools.style.left = `${box.right - tools.offsetWidth - 2}px`;
    };
    document.addEventListener("pointerover", e => {
        if (e.pointerType !== "mouse" || e.target.closest("#cell-tools")) return;
        showTools(e.target.closest("[data-term]"));
    });
    document.addEventListener("click", e => {
        const use = e.target.closest("[data-term-use]")?.dataset.termUse;
        if (use && toolCell) { useTerm(toolCell, use); showTools(null); }
    });
    document.addEventListener("scroll", () => showTools(null), true);

    // What can be done with a row: its cells as filter terms, and its data-copies, a JSON list of [title, text].
    const rowMenu = () => document.getElementById("row-menu");
    let menuRow = null;
    const closeMenu = () => {
        const menu = rowMenu();
        if (!menu || menu.hidden) return false;
        menu.hidden = true;
        menuRow?.querySelector("[data-row-menu]")?.setAttribute("aria-expanded", "false");
        menuRow?.focus();
        menuRow = null;
        return true;
    };
    const openMenu = row => {
        const menu = rowMenu();
        if (!menu || !row) return;
        menuRow = row;
        menu.replaceChildren();
        const add = (text, act) => {
            const item = Object.assign(document.createElement("button"), { type: "button", textContent: text });
            item.setAttribute("role", "menuitem");
            item.addEventListener("click", () => { closeMenu(); act(); });
            menu.append(item);
        };
        const open = row.querySelector("a[data-open]");
        if (open) add("Open", () => open.click());
        for (const [title, text] of JSON.parse(row.dataset.copies ?? "[]")) {
            add("Copy " + title, async () => copy(text.startsWith("fetch:")
                ? JSON.stringify(await (await fetch(text.slice(6))).json(), null, 2)
                : text.replaceAll("{origin}", location.origin)));
        }
        for (const cell of row.querySelectorAll("[data-term]")) {
            add("Only " + cell.dataset.term, () => useTerm(cell, "only"));
            add("Not " + cell.dataset.term, () => useTerm(cell, "not"));
        }
        menu.hidden = false;
        const at = (row.querySelector("[data-row-menu]") ?? row).getBoundingClientRect();
        menu.style.top = `${Math.max(8, Math.min(at.bottom + 2, innerHeight - menu.offsetHeight - 8))}px`;
        menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
        row.querySelector("[data-row-menu]")?.setAttribute("aria-expanded", "true");
        menu.firstElementChild?.focus();
    };
    document.addEventListener("click", e => {
        const button = e.target.closest("[data-row-menu]");
        if (button && menuRow !== button.closest("[data-row]")) { closeMenu(); openMenu(button.closest("[data-row]")); return; }
        if (!e.target.closest("#row-menu")) closeMenu();
    });
    // Menus that are details: one open at a time, closed by a click elsewhere or Escape, focus goes inside.
    const openDetails = () => document.querySelector("details.menu[open]");
    document.addEventListener("click", e => {
        const open = openDetails();
        if (open && !open.contains(e.target) && document.contains(e.target)) open.open = false;
    });
    document.addEventListener("toggle", e => {
        if (!e.target.matches?.("details.menu[open]")) return;
        for (const other of document.querySelectorAll("details.menu[open]")) if (other !== e.target) other.open = false;
        e.target.querySelector(".menu-panel :is(a, button, input):not(:disabled)")?.focus({ preventScroll: true });
    }, true);

    const moveInMenu = e => {
        const items = [...rowMenu().children];
        const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
        if (e.key === "Escape" || e.key === "Tab") closeMenu();
        else if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
        else return;
        e.preventDefault();
    };

    // Rows: data-row on each, focusable; j and k go through those that are on the screen.
    const moveRow = step => {
        const rows = [...document.querySelectorAll("[data-row]")];
        if (rows.length === 0) return false;
        const at = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
        const to = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step))];
        to.focus({ preventScroll: true });
        to.scrollIntoView({ block: "nearest" });
        return true;
    };
    const moveTab = step => {
        const tabs = [...document.querySelectorAll("nav.tabs a")];
        if (tabs.length === 0) return false;
        const at = tabs.findIndex(tab => tab.classList.contains("active"));
        tabs[(at + step + tabs.length) % tabs.length].click();
        return true;
    };
    const press = key => {
        const target = [...document.querySelectorAll("[data-shortcut]")].find(t => t.dataset.shortcut === key && !t.disabled);
        if (!target) return false;
        if (target.matches("input")) { target.focus(); target.select(); } else { target.click(); }
        return true;
    };
    const row = () => document.activeElement?.closest?.("[data-row]");
    const pageKey = e => {
        switch (e.key) {
            case "j": return moveRow(1);
            case "k": return moveRow(-1);
            case "[": return moveTab(-1);
            case "]": return moveTab(1);
            case "m": return row() ? (openMenu(row()), true) : false;
            case "Enter": {
                const open = document.activeElement?.matches("[data-row]") ? document.activeElement.querySelector("a[data-open]") : null;
                open?.click();
                return open !== null;
            }
            case "Escape": {
                const menu = openDetails();
                if (menu) {
                    menu.open = false;
                    menu.querySelector("summary").focus();
                    return true;
                }
                const close = document.querySelector("[data-close]");
                close?.click();
                return close !== null;
            }
            default: return press(e.key);
        }
    };
    let prefix = "";
    let prefixEnd = 0;

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
        if (typing && e.key === "Escape" && !typing.closest("details.menu[open]")) typing.blur();
        if (typing?.closest("details.menu[open]") && e.key === "Escape") { pageKey(e); return; }
        if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
        if (rowMenu()?.hidden === false) { moveInMenu(e); return; }
        const grid = e.target.closest("[data-cell-columns]");
        if (grid) moveInGrid(e, grid);
        if (["Shift", "CapsLock"].includes(e.key)) return;
        const keys = Date.now() < prefixEnd ? `${prefix} ${e.key}` : e.key;
        prefixEnd = 0;
        if (e.key === "g" && keys === "g") {
            prefix = "g";
            prefixEnd = Date.now() + 1500;
            return;
        }
        if (keys.length > 1 && keys.includes(" ") ? press(keys) : pageKey(e)) e.preventDefault();
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
