// What the page's scripts share: its words, the hidden boxes that the server reads, dialogs.
const xieshou = (() => {
  const find = (id) => document.getElementById(id);
  const field = (id) => document.querySelector(`#${id} textarea, #${id} input`);
  let count = 0;

  // Words of the page in its language, with values for what is in {…}.
  const say = (key, values = {}) => {
    const words = WORDS[document.documentElement.lang === "en" ? "en" : "zh"][key];
    return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  const send = (id, target) => {
    const box = field(id);
    if (!box) return;
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    // The count makes a second click on the same link a change, too.
    setter.call(box, `${target} ${++count}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const made = (name, className, text = "") => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // Asks a question; `act` is called on yes, with what was typed where there is an input. After
  // it the focus is where it was before.
  const ask = (question, yes, act, input = null) => {
    const before = document.activeElement;
    const dialog = made("dialog", "xs-dialog");
    const form = made("form", "");
    form.method = "dialog";
    dialog.setAttribute("aria-labelledby", "xs-dialog-title");
    const title = made("p", "", question);
    title.id = "xs-dialog-title";
    const no = made("button", "", say("cancel"));
    const go = made("button", input ? "xs-go" : "xs-danger", yes);
    no.type = "button";
    no.onclick = () => dialog.close();
    form.onsubmit = () => act(input?.value ?? "");
    dialog.onclose = () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
    };
    const buttons = made("div", "xs-buttons");
    buttons.append(no, go);
    if (input) input.setAttribute("aria-labelledby", "xs-dialog-title");
    form.append(title, ...(input ? [input] : []), buttons);
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
    (input || no).focus();
    input?.select();
  };

  const once = (element, prepareIt) => {
    if (!element || element.dataset.ready) return;
    element.dataset.ready = "yes";
    prepareIt(element);
  };

  // Prepares what Gradio has made, now and whenever it makes more.
  const prepared = (prepare) => {
    new MutationObserver(prepare).observe(document.documentElement, { childList: true, subtree: true });
    prepare();
  };

  return { find, field, say, send, made, ask, once, prepared };
})();

