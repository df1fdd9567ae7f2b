/** What supervisor puts in place of `%(name)s`; `ENV_` names are those of supervisord's own environment. */
const texts = "program_name|group_name|host_node_name|here|ENV_\\w+";
const numbers = "process_num|numprocs";
const known = new RegExp(`^(${texts}|${numbers})$`);
const isNumber = new RegExp(`^(${numbers})$`);

/** `%`, a name in brackets, flags, width, precision, length, conversion: Python's own syntax. */
const directive = /%(?:\(([^()]*)\))?([#0 +-]*)(\d+|\*)?(?:\.(\d*|\*))?[hlL]?([\s\S]?)/gu;

/**
 * Python's `value % names`, as far as supervisor needs it: the text, names in it replaced by what `values` has for
 * them (else by their own name), or what is wrong with it.
 */
export function expand(
  value: string,
  values: Readonly<Record<string, string>> = {},
): { text: string } | { problem: string } {
  const problems: string[] = [];
  let leaks = false;
  const text = value.replace(directive, (whole, name: string | undefined, flags, width = "", precision, conversion) => {
    if (whole === "%%") return "%";
    if (name === undefined) {
      // A bare %s is the whole dictionary: every variable of supervisord's environment.
      if (/[sra]/.test(conversion) && !leaks && width !== "*" && precision !== "*") leaks = true;
      else problems.push(percent);
      return "";
    }
    if (!known.test(name)) problems.push(`%(${name}) is no name that supervisor knows`);
    else if (width === "*" || precision === "*" || !fits(name, conversion))
      problems.push(`${whole} should read %(${name})s`);
    const shown = values[name] ?? name;
    const cut = conversion === "s" && precision !== undefined ? shown.slice(0, Number(precision)) : shown;
    if (flags.includes("-")) return cut.padEnd(Number(width));
    return cut.padStart(Number(width), flags.includes("0") && conversion === "d" ? "0" : " ");
  });
  if (problems.length > 0) return { problem: problems[0]! };
  if (leaks) return { problem: "a bare %s would be replaced by the whole environment of supervisord, secrets and all" };
  return { text };
}

const percent = "a percent sign is written %%";

const fits = (name: string, conversion: string): boolean =>
  (isNumber.test(name) ? /[sradiuoxXeEfFgG]/ : /[sra]/).test(conversion);
