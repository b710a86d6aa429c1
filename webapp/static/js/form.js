// Hides a field whose condition says so, while typing. The server decides again; without JavaScript all fields show.
(() => {
  const TOKEN = /\s*(?:"([^"]*)"|(!=|=|\(|\))|([\p{L}_][\p{L}\p{N}_.]*))\s*/uy;
  const tokens = (text) => {
    const found = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const match = TOKEN.exec(text);
      if (!match) return null;
      found.push(match[1] !== undefined ? { text: match[1] } : match[2] ? { sign: match[2] } : { name: match[3] });
    }
    return found;
  };
  const valueOf = (form, name) => {
    const found = [...form.elements].filter((one) => one.name === name);
    const chosen = found.filter((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : true));
    if (found[0] && found[0].type === "checkbox") return chosen.length ? "true" : "false";
    return chosen.length && chosen[0].value !== "" ? chosen[0].value : "null";
  };
  // or := and ("or" and)* ; and := test ("and" test)* ; test := "(" or ")" | "not" "(" or ")" | term [("="|"!=") term]
  const evaluate = (list, form) => {
    let at = 0;
    const term = () => {
      const one = list[at++];
      if (!one || one.sign) throw new SyntaxError("term");
      if (one.text !== undefined) return one.text;
      return ["true", "false", "null"].includes(one.name) ? one.name : valueOf(form, one.name);
    };
    const test = () => {
      const one = list[at];
      if (one && one.sign === "(") { at += 1; const inner = or(); at += 1; return inner; }
      if (one && one.name === "not") { at += 2; const inner = or(); at += 1; return !inner; }
      const left = term();
      const sign = list[at] && list[at].sign;
      if (sign === "=" || sign === "!=") { at += 1; const right = term(); return sign === "=" ? left === right : left !== right; }
      return left === "true";
    };
    const and = () => { let all = test(); while (list[at] && list[at].name === "and") { at += 1; const next = test(); all = all && next; } return all; };
    const or = () => { let any = and(); while (list[at] && list[at].name === "or") { at += 1; const next = and(); any = any || next; } return any; };
    const result = or();
    if (at !== list.length) throw new SyntaxError("rest");
    return result;
  };
  document.querySelectorAll("form").forEach((form) => {
    const parts = [...form.querySelectorAll("[data-hide]")].map((part) => ({ part, list: tokens(part.dataset.hide) }));
    if (!parts.length) return;
    const update = () => parts.forEach(({ part, list }) => {
      let hidden = false;
      try { hidden = list !== null && evaluate(list, form); } catch (error) { if (!(error instanceof SyntaxError)) throw error; }
      part.hidden = hidden;
    });
    form.addEventListener("input", update);
    update();
  });

  // A task's form keeps its draft on the server, a few seconds after the last key.
  document.querySelectorAll("form[data-draft-url]").forEach((form) => {
    const address = form.dataset.draftUrl;
    const told = form.querySelector("[data-draft-told]");
    if (!address) return;
    let timer = 0;
    const keep = () => {
      const data = new FormData(form);
      [...data.keys()].forEach((name) => { if (data.get(name) instanceof File) data.delete(name); });
      fetch(address, { method: "POST", body: data }).then((answer) => {
        if (answer.ok && told) told.textContent = told.dataset.kept;
      }, () => {});
    };
    form.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      clearTimeout(timer);
      timer = setTimeout(keep, 3000);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
  });

  // A report that nobody signed in for stays in this tab until it is sent.
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = `draft:${form.dataset.draft}`;
    const skip = new Set(["csrf_token", "command_key"]);
    const saved = JSON.parse(sessionStorage.getItem(key) || "null");
    if (saved && !document.querySelector(".errsum")) {
      [...form.elements].forEach((one) => {
        if (!one.name || skip.has(one.name) || !(one.name in saved) || one.type === "file") return;
        if (one.type === "radio" || one.type === "checkbox") one.checked = saved[one.name].includes(one.value);
        else [one.value] = saved[one.name];
      });
      form.dispatchEvent(new Event("input"));
    }
    form.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      const data = {};
      new FormData(form).forEach((value, name) => {
        if (!skip.has(name) && typeof value === "string") (data[name] = data[name] || []).push(value);
      });
      sessionStorage.setItem(key, JSON.stringify(data));
    });
  });
  if (document.querySelector("[data-forget-drafts]")) {
    Object.keys(sessionStorage).filter((key) => key.startsWith("draft:")).forEach((key) => sessionStorage.removeItem(key));
  }
})();
