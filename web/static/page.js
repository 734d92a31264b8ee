// Carries a click on one of our own links to the server, and brings what comes back into view.
(() => {
  const { find, field, send, once, prepared } = xieshou;
  const OURS = /^#(cite|near|read|only|up|down|lang)-/;
  const SHOWING = /^#(cite|near)-/;
  const NARROW = window.matchMedia("(max-width: 899px)");
  let opener = null;
  let byKeyboard = false;

  const closePanel = () => {
    find("xs-side")?.classList.remove("xs-open");
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  };

  const remember = (language) => {
    try {
      localStorage.setItem("xieshou-language", language);
    } catch {
      // The choice then lasts as long as the page.
    }
  };

  const follow = (link) => {
    const target = link.getAttribute("href");
    if (target.startsWith("#lang-")) remember(target.slice("#lang-".length));
    send("xs-target", target);
    if (target.startsWith("#only-")) closePanel();
    if (!SHOWING.test(target) && !target.startsWith("#read-")) return;
    document.querySelectorAll(".xs-current").forEach((old) => old.classList.remove("xs-current"));
    link.classList.add("xs-current");
    if (!SHOWING.test(target)) return;
    opener = link;
    find("xs-side")?.classList.add("xs-open");
    if (NARROW.matches) link.scrollIntoView({ block: "center" });
  };

  // -- copying and saving -------------------------------------------------------------------

  // Where the page does not come from this machine or by HTTPS, there is no navigator.clipboard.
  const write = (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    return Promise.resolve();
  };

  const copy = async (link) => {
    await write(link.closest(".xs-answer").querySelector(".xs-copied").textContent);
    const before = link.textContent;
    const done = find("xs-name-copied").textContent;
    if (before === done) return;
    link.textContent = done;
    link.setAttribute("aria-live", "polite");
    setTimeout(() => (link.textContent = before), 1600);
  };

  const save = (file) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.textContent], { type: "text/markdown" }));
    link.download = file.title.replace(/[\\/:*?"<>|\s]+/g, " ").slice(-60);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  // -- clicks and keys ------------------------------------------------------------------------

  const toggleFilters = () => {
    const open = find("xs-filters").classList.toggle("xs-open");
    find("xs-filter").setAttribute("aria-expanded", String(open));
    if (open) field("xs-from").focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    const target = link?.getAttribute("href") ?? "";
    if (target.startsWith("#copy-")) {
      event.preventDefault();
      copy(link);
    } else if (OURS.test(target)) {
      event.preventDefault();
      byKeyboard = event.detail === 0;
      follow(link);
    } else if (event.target.closest?.("#xs-close")) {
      closePanel();
    } else if (event.target.closest?.("#xs-filter")) {
      toggleFilters();
    }
  });

  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a[role=button]");
    if (event.key === " " && link) {
      event.preventDefault();
      link.click();
    } else if (event.key === "Escape") {
      if (find("xs-side")?.classList.contains("xs-open")) closePanel();
      else if (find("xs-filters")?.classList.contains("xs-open")) {
        toggleFilters();
        find("xs-filter").focus();
      }
    }
  });

  // -- what comes back ------------------------------------------------------------------------

  // Brings the marked words, or else the top of the text, into view of their own scroller.
  const reveal = (box) => {
    const mark = box.querySelector("mark");
    const top = mark ? mark.getBoundingClientRect().top - box.getBoundingClientRect().top : 0;
    box.scrollTop = mark ? box.scrollTop + top - box.clientHeight / 3 : 0;
    if (box.id === "xs-reader" && NARROW.matches && box.querySelector(".xs-article")) {
      box.scrollIntoView({ block: "start" });
    }
    if (box.id === "xs-panel" && NARROW.matches && opener) find("xs-close")?.focus();
    // Who came by keyboard goes on reading there; Escape leads back.
    else if (byKeyboard) box.focus({ preventScroll: true });
  };

  const name = (id, label) => {
    const box = find(id);
    if (!box || box.dataset.named) return;
    box.dataset.named = "yes";
    box.setAttribute("role", "region");
    box.setAttribute("aria-labelledby", label);
    box.tabIndex = 0;
    let shown = null;
    new MutationObserver(() => {
      const article = box.querySelector(".xs-article");
      if (article !== shown) requestAnimationFrame(() => reveal(box));
      shown = article;
    }).observe(box, { childList: true, subtree: true });
  };

  // What opens below the conversation must not hide its end from who was reading there.
  const stayAtEnd = (log) => {
    let atEnd = true;
    const measure = () => (atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 48);
    log.addEventListener("scroll", measure, { passive: true });
    new ResizeObserver(() => {
      if (atEnd) log.scrollTop = log.scrollHeight;
    }).observe(log);
  };

  const prepare = () => {
    name("xs-panel", "xs-name-panel");
    name("xs-reader", "xs-name-reader");
    const log = document.querySelector("#xs-chat [role=log]");
    log?.setAttribute("aria-labelledby", "xs-name-log");
    once(log, stayAtEnd);
    for (const id of ["xs-from", "xs-to"]) once(field(id), (box) => (box.type = "date"));
    once(find("xs-filter"), (button) => button.setAttribute("aria-expanded", "false"));
    document.querySelectorAll(".xs-act").forEach((link) => {
      link.setAttribute("role", "button");
      const votes = link.matches(".xs-up, .xs-down");
      if (votes) link.setAttribute("aria-pressed", String(link.classList.contains("xs-chosen")));
    });
    once(document.querySelector("#xs-file pre"), save);
    const head = document.querySelector("#xs-header header");
    if (head) document.documentElement.lang = head.lang === "en" ? "en" : "zh-CN";
  };

  prepared(prepare);
})();

