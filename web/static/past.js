// The list of kept conversations: folded away or a drawer, and asking before it changes one.
(() => {
  const { find, say, send, made, ask, once, prepared } = xieshou;
  const FOLDED = "xieshou-past";
  const DRAWER = window.matchMedia("(max-width: 1199px)");
  const root = document.documentElement.classList;
  const isOpen = () => (DRAWER.matches ? find("xs-past")?.classList.contains("xs-open") : !root.contains("xs-folded"));
  const tell = () => find("xs-past-open")?.setAttribute("aria-expanded", String(Boolean(isOpen())));

  const toggle = () => {
    if (DRAWER.matches) {
      const open = find("xs-past").classList.toggle("xs-open");
      (open ? find("xs-past-wanted").querySelector("input, textarea") : find("xs-past-open")).focus();
    } else {
      localStorage.setItem(FOLDED, root.toggle("xs-folded") ? "folded" : "");
    }
    tell();
  };

  const titleOf = (link) => link.closest("li").querySelector(".xs-entry").textContent;

  const rename = (link, target) => {
    const input = made("input", "");
    input.value = titleOf(link);
    input.maxLength = 60;
    const act = (title) => title.trim() && send("xs-target", `${target}-${encodeURIComponent(title)}`);
    ask(say("rename"), say("rename.yes"), act, input);
  };

  const forget = (link, target) => {
    ask(say("forget", { title: titleOf(link) }), say("forget.yes"), () => send("xs-target", target));
  };

  const follow = (link, target) => {
    if (target.startsWith("#rename-")) rename(link, target);
    else if (target.startsWith("#forget-")) forget(link, target);
    else {
      send("xs-target", target);
      if (DRAWER.matches && target.startsWith("#open-")) toggle();
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#xs-kept a[href^='#']");
    if (link) {
      event.preventDefault();
      // What is being written belongs to the conversation that is open.
      if (!document.querySelector(".xs-pending")) follow(link, link.getAttribute("href"));
    } else if (event.target.closest?.("#xs-past-open")) toggle();
    else if (DRAWER.matches && find("xs-past")?.classList.contains("xs-open")) {
      const inside = event.target.closest?.("#xs-past, dialog");
      if (!inside || event.target.closest?.("#xs-past-close, #xs-clear")) toggle();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !DRAWER.matches || document.querySelector("dialog[open]")) return;
    if (find("xs-past")?.classList.contains("xs-open")) toggle();
  });

  DRAWER.addEventListener("change", tell);
  prepared(() => {
    once(find("xs-past-open"), (button) => {
      button.setAttribute("aria-controls", "xs-past");
      tell();
    });
    once(find("xs-past"), (list) => {
      list.setAttribute("role", "region");
      list.setAttribute("aria-labelledby", "xs-name-past");
    });
    document.querySelectorAll("#xs-kept .xs-opened .xs-entry").forEach((link) => link.setAttribute("aria-current", "true"));
  });
})();

