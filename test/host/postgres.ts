import { sandbox } from "./places";
import { on } from "./stack";

/** A database on a host, as a team has one: Debian's PostgreSQL, reached from here by a password. */
export interface Database {
  /** For PULUMI_BACKEND_URL; without the password, which is PGPASSWORD's. */
  url: string;
  password: string;
  /** Runs SQL as its superuser; answers the rows as plain text. */
  ask(sql: string): Promise<string>;
}

/** On port 8000 of the host, the one that can be reached from here. */
export async function postgresOn(number: number): Promise<Database> {
  const password = "s3cret-of-the-state";
  const superuser = "runuser -u postgres -- psql -qAt -p 8000";
  await sandbox.bring(number, "postgresql");
  const made = await on(
    number,
    `set -e
     cd /etc/postgresql/*/main; version=$(basename $(dirname $PWD))
     echo 'host all all all scram-sha-256' >>pg_hba.conf
     printf "port = 8000\\nlisten_addresses = '*'\\n" >>postgresql.conf
     cd /; pg_ctlcluster $version main stop || true; pg_ctlcluster $version main start
     ${superuser} -c "create role pulumi login password '${password}'" -c 'create database state owner pulumi'
     echo; echo made`,
  );
  if (!/^made/m.test(made)) throw new Error(`no PostgreSQL on host ${number}: ${made}`);
  return {
    url: `postgres://pulumi@127.0.0.1:${sandbox.host(number).appPort}/state?sslmode=disable`,
    password,
    ask: (sql) => on(number, `cd /; ${superuser} -d state -c ${JSON.stringify(sql)}`),
  };
}
