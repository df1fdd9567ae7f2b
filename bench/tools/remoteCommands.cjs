// The app as a chain of commands of @pulumi/command: each runs again where what triggers it has changed here, and asks
// the hosts nothing. APP (JSON): name, port, repository, checkout (a clone here), privateKey, ways [{name, port}].
const { createHash } = require("node:crypto");
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { remote } = require("@pulumi/command");
const pulumi = require("@pulumi/pulumi");

const { name, repository, checkout, privateKey, ways } = JSON.parse(process.env.APP);
const top = `/opt/${name}`;
const commit = execFileSync("git", ["-C", checkout, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
const digest = (file) =>
  createHash("sha256")
    .update(readFileSync(join(checkout, file)))
    .digest("hex");
const [conf, alias] = [`server/${name}.conf`, `server/${name}.sh`];

for (const { name: host, port } of ways) {
  const connection = {
    host: "127.0.0.1",
    port,
    user: "root",
    privateKey: pulumi.secret(readFileSync(privateKey, "utf8")),
  };
  const command = (what, create, triggers, dependsOn = []) =>
    new remote.Command(`${host}-${what}`, { connection, create, triggers }, { dependsOn });
  const copy = (what, file, remotePath, dependsOn = []) =>
    new remote.CopyToRemote(
      `${host}-${what}`,
      { connection, source: new pulumi.asset.FileAsset(join(checkout, file)), remotePath, triggers: [digest(file)] },
      { dependsOn },
    );
  const clone = `[ -d ${top}/.git ] || git clone -q ${repository} ${top}; cd ${top} && git fetch -q --all && git reset -q --hard ${commit}`;
  const code = command("code", clone, [commit]);
  const venv = command("venv", `python3 -m venv ${top}/venv`, [], [code]);
  const install = `${top}/venv/bin/pip install -q -r ${top}/requirements.txt`;
  const packages = command("packages", install, [digest("requirements.txt")], [code, venv]);
  const placed = copy("conf", conf, `/etc/supervisor/conf.d/${name}.conf`, [packages]);
  copy("alias", alias, `/etc/profile.d/${name}.sh`);
  const update = command("update", "supervisorctl reread && supervisorctl update", [digest(conf)], [placed]);
  const all = [commit, digest("requirements.txt"), digest(conf)];
  command("restart", `supervisorctl restart ${name}`, all, [update, packages, code]);
}
