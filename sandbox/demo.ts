/** `npm run demo`: from nothing to an app that answers, by the real `pulumi up` on a bare host. */
import { execa } from "execa";
import { pulumi } from "../toolchain/pulumi";
import { defaultDirectory, Sandbox } from "./sandbox";

const say = (line: string) => console.log(`  ${line}`);
const sandbox = new Sandbox(defaultDirectory, say);

async function main(): Promise<void> {
  await step("1/4 a bare Debian host, with sshd alone", () => sandbox.up(1));
  await step("2/4 publish the sample app", async () => {
    await execa("git", ["-C", `${defaultDirectory}/app`, "push", "--quiet"]);
  });
  await step("3/4 pulumi up --yes --stack dev", async () => {
    const words = ["up", "--yes", "--skip-preview", "--stack", "dev"];
    const done = await pulumi(words, { sandbox: defaultDirectory, say, stdio: "inherit" });
    if (done.failed) throw new Error(`pulumi up ended with exit code ${done.exitCode}; its own message is above`);
  });
  await step("4/4 what serves now", async () => {
    const host = sandbox.host(1);
    const url = `http://127.0.0.1:${host.appPort}/`;
    console.log(`$ curl ${url}\n${await (await fetch(url)).text()}`);
    console.log("$ npm run sandbox -- ssh 1 -- supervisorctl status");
    console.log(String((await sandbox.exec(host, ["supervisorctl", "status"])).stdout));
  });
  console.log(next);
}

const next = `
Try next:
  edit .sandbox/app/src/app.py, then
  git -C .sandbox/app commit -am "A change" && git -C .sandbox/app push
  npm run pulumi -- preview --diff --stack dev     shows the commits, the packages and the lines that would change
  npm run pulumi -- up --stack dev                 brings them; a version that fails is rolled back
  npm run sandbox -- ssh 1 -- bash -l              a look at the host; \`exampleapp help\` there
  npm run pulumi -- destroy --stack dev            takes the app off the host
  npm run sandbox -- down                          removes the host`;

async function step(name: string, work: () => Promise<unknown>): Promise<void> {
  console.log(`\n== ${name}`);
  const begun = Date.now();
  await work();
  console.log(`   done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

main().catch((error: Error) => {
  console.error(`\nThe demo stopped: ${error.message}`);
  process.exitCode = 1;
});
