// Carries a click on one of our own links to the server, and brings what comes back into view.
(() => {
  const OURS = /^#(cite|near|read)-/;
  const NARROW = window.matchMedia("(max-width: 899px)");
  let opener = null;
  let byKeyboard = false;
  let count = 0;

  const find = (id) => document.getElementById(id);
  const panel = () => find("xs-panel");

  const send = (target) => {
    const box = document.querySelector("#xs-target textarea, #xs-target input");
    if (!box) return;
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    // The count makes a second click on the same link a change, too.
    setter.call(box, `${target} ${++count}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const closePanel = () => {
    find("xs-side")?.classList.remove("xs-open");
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  };

  const follow = (link) => {
    const target = link.getAttribute("href");
    document.querySelectorAll(".xs-current").forEach((old) => old.classList.remove("xs-current"));
    link.classList.add("xs-current");
    send(target);
    if (target.startsWith("#read-")) return;
    opener = link;
    find("xs-side")?.classList.add("xs-open");
    if (NARROW.matches) link.scrollIntoView({ block: "center" });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && OURS.test(link.getAttribute("href"))) {
      event.preventDefault();
      byKeyboard = event.detail === 0;
      follow(link);
    } else if (event.target.closest?.("#xs-close")) {
      closePanel();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && find("xs-side")?.classList.contains("xs-open")) closePanel();
  });

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
    box.setAttribute("aria-label", label);
    box.tabIndex = 0;
    let shown = null;
    new MutationObserver(() => {
      const article = box.querySelector(".xs-article");
      if (article !== shown) requestAnimationFrame(() => reveal(box));
      shown = article;
    }).observe(box, { childList: true, subtree: true });
  };

  const prepare = () => {
    name("xs-panel", "引文出处，按 Esc 返回答案");
    name("xs-reader", "文章全文");
    document.querySelector("#xs-chat [role=log]")?.setAttribute("aria-label", "对话");
  };

  document.documentElement.lang = "zh-CN";
  new MutationObserver(prepare).observe(document.documentElement, { childList: true, subtree: true });
  prepare();
})();
