// The shelf: adds files and URLs one by one with their progress, and asks before it deletes.
(() => {
  const ACTS = /^#(sort|page|delete)-/;
  const { find, say, send, made, ask, once, prepared } = xieshou;
  const jobs = [];
  let running = false;

  // -- adding -----------------------------------------------------------------------------

  const row = (name) => {
    const item = made("li", "xs-job");
    const bar = made("progress", "xs-progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    const state = made("span", "xs-state", say("waiting"));
    item.append(made("span", "xs-name", name), state, bar);
    find("xs-jobs").append(item);
    return { item, bar, state };
  };

  const show = (job, kind, text) => {
    job.row.item.dataset.kind = kind;
    job.row.state.textContent = text;
  };

  const finish = (job, told) => {
    job.row.bar.remove();
    if (!told || told.problem) {
      show(job, "failed", (told && told.problem) || say("failed"));
      return;
    }
    const counted = { ...told, skipped: told.skipped_count };
    const outcomes = ["added", "updated", "unchanged", "skipped"].filter((key) => counted[key]);
    const parts = outcomes.map((key) => say(key, { count: counted[key] }));
    show(job, told.skipped_count ? "skipped" : "done", parts.join(say("and")) || say("nothing"));
    if (!told.skipped_count) return;
    const list = made("ul", "xs-reasons");
    told.skipped.forEach((each) => {
      const where = told.skipped_count > 1 || each.source !== job.name;
      list.append(made("li", "", where ? say("because", each) : each.reason));
    });
    if (told.skipped_count > told.skipped.length) list.append(made("li", "", "……"));
    job.row.item.append(list);
  };

  const read = (job, text) => {
    const lines = text.split("\n").slice(0, -1);
    if (!lines.length) return null;
    const told = JSON.parse(lines[lines.length - 1]);
    if (!told.total) return told;
    job.row.bar.value = 50 + (50 * told.done) / told.total;
    show(job, "running", told.total > 1 ? say("progress", told) : say("adding"));
    return null;
  };

  const run = (job) => new Promise((resolve) => {
    const call = new XMLHttpRequest();
    const query = job.file ? `name=${encodeURIComponent(job.name)}` : `url=${encodeURIComponent(job.name)}`;
    call.open("POST", `shelf/add?${query}&lang=${document.documentElement.lang.slice(0, 2)}`);
    call.setRequestHeader("Content-Type", "application/octet-stream");
    show(job, "running", say(job.file ? "uploading" : "fetching"));
    call.upload.onprogress = (event) => {
      if (!job.file || !event.lengthComputable) return;
      const share = event.loaded / event.total;
      job.row.bar.value = 50 * share;
      show(job, "running", share < 1 ? say("uploaded", { percent: Math.floor(100 * share) }) : say("working"));
    };
    call.onprogress = () => read(job, call.responseText);
    call.onloadend = () => {
      let told = null;
      try {
        told = call.status === 200 || call.status === 503 ? read(job, `${call.responseText.trim()}\n`) : null;
        if (call.status === 401) told = { problem: say("expired") };
        if (call.status === 413) told = { problem: say("large") };
      } catch {
        told = null;
      }
      finish(job, told);
      resolve();
    };
    call.send(job.file || "");
  });

  const work = async () => {
    if (running) return;
    running = true;
    let done = 0;
    while (jobs.length) {
      await run(jobs.shift());
      done += 1;
    }
    running = false;
    find("xs-told").textContent = say("done", { count: done });
    send("xs-shelf-added", "added");
  };

  const queue = (file, name) => {
    const job = { file, name, row: row(name) };
    const adder = document.querySelector(".xs-adder");
    const largest = Number(adder.dataset.megabytes);
    const types = adder.dataset.types.split(" ");
    if (file && !types.some((type) => name.toLowerCase().endsWith(type))) {
      finish(job, { skipped_count: 1, skipped: [{ source: name, reason: say("type", { types: types.join(" ") }) }] });
    } else if (file && file.size > largest * 1e6) {
      const size = (file.size / 1e6).toFixed(1);
      finish(job, { skipped_count: 1, skipped: [{ source: name, reason: say("larger", { size, largest }) }] });
    } else jobs.push(job);
  };

  const add = (files) => {
    [...files].forEach((file) => queue(file, file.name));
    work();
  };

  const fetchUrls = () => {
    const box = find("xs-urls");
    const urls = box.value.split(/\s+/).filter(Boolean);
    if (!urls.length) return box.focus();
    box.value = "";
    urls.forEach((url) => queue(null, url));
    work();
  };

  // -- deleting ---------------------------------------------------------------------------

  const confirmed = (link) => {
    const title = document.querySelector("#xs-reader h2")?.textContent || "";
    const act = () => send("xs-shelf-target", link.getAttribute("href"));
    ask(say("delete", { title }), say("delete.yes"), act);
  };

  const leave = async () => {
    await fetch("logout", { method: "POST", body: "" });
    location.assign("login");
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    const href = link?.getAttribute("href") || "";
    if (href === "#logout") leave();
    else if (href.startsWith("#delete-")) confirmed(link);
    else if (ACTS.test(href)) send("xs-shelf-target", href);
    else if (event.target.closest?.("#xs-fetch")) return fetchUrls();
    else return;
    event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "xs-files") return;
    add(event.target.files);
    event.target.value = "";
  });

  const holds = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const over = (is) => document.querySelector(".xs-adder")?.classList.toggle("xs-over", is);
  document.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    // A file that is dropped beside the box must not take the place of the page.
    event.preventDefault();
    over(Boolean(event.target.closest?.("#xs-shelf")));
  });
  document.addEventListener("dragleave", (event) => !event.relatedTarget && over(false));
  document.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    over(false);
    if (event.target.closest?.("#xs-shelf")) add(event.dataTransfer.files);
  });

  const set = (element, name, value) => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };

  // The words of what Gradio leaves to us, whenever they or the language are new.
  const speak = () => {
    const adder = document.querySelector(".xs-adder");
    const { lang } = document.documentElement;
    if (adder && adder.lang !== lang) {
      adder.lang = lang;
      adder.querySelectorAll("[data-say]").forEach((each) => (each.textContent = say(each.dataset.say, adder.dataset)));
      adder.querySelectorAll("[data-hint]").forEach((each) => (each.placeholder = say(each.dataset.hint)));
    }
    for (const [id, label] of [["xs-since", "from"], ["xs-until", "to"]]) {
      const input = document.querySelector(`#${id} input`);
      if (!input) continue;
      if (input.type !== "date") input.type = "date";
      set(input, "aria-label", say(label));
      set(input, "title", say(label));
    }
    if (find("xs-list")) set(find("xs-list"), "aria-label", say("list"));
  };

  const prepare = () => {
    speak();
    document.querySelectorAll("#xs-list .xs-chosen").forEach((link) => link.setAttribute("aria-current", "true"));
    for (const way of ["ascending", "descending"]) {
      document.querySelectorAll(`#xs-list th.xs-${way}`).forEach((head) => head.setAttribute("aria-sort", way));
    }
    once(find("xs-list"), (list) => {
      list.setAttribute("role", "region");
      list.tabIndex = 0;
    });
  };
  prepared(prepare);
})();
