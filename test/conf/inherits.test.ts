import { describe, expect, it } from "vitest";
import { inheritProblem } from "../../conf/program/inherits";

const tcp = "tcp://127.0.0.1:8000";

describe("a command and the socket that supervisord opens for it", () => {
  it.each([
    "venv/bin/uvicorn app:app --fd 0",
    "venv/bin/uvicorn app:app --fd=0 --host 0.0.0.0",
    "venv/bin/python -m uvicorn --fd 0 app:app",
    "venv/bin/litestar --app app:app run --fd 0",
    "venv/bin/litestar run -F 0",
    "venv/bin/gunicorn -b fd://0 app:app",
    "venv/bin/gunicorn --bind=fd://0 app:app",
    "venv/bin/hypercorn --bind fd://0 app:app",
    "venv/bin/hypercorn -bfd://0 app:app",
    "venv/bin/daphne --fd 0 app:app",
    "venv/bin/own-server",
    "",
  ])("fit: %s", (command) => expect(inheritProblem(command, tcp)).toBeUndefined());

  it.each([
    ["venv/bin/uvicorn app:app --port 8000", /^should have --fd 0: uvicorn would open a port of its own/],
    ["venv/bin/uvicorn app:app --fd 3", /^should have --fd 0/],
    ["venv/bin/litestar run --host 0.0.0.0", /^should have --fd 0: litestar/],
    ["venv/bin/python3 -m hypercorn app:app -b 0.0.0.0:8000", /^should have -b fd:\/\/0: hypercorn/],
    ["venv/bin/gunicorn app:app", /^should have -b fd:\/\/0: gunicorn/],
    ["venv/bin/flask run --port 8000", /flask can't, and socket is set$/],
    ["venv/bin/python manage.py runserver 8000", /runserver can't/],
    ["venv/bin/python -m http.server", /http\.server can't/],
  ])("do not fit: %s", (command, message) => expect(inheritProblem(command, tcp)).toMatch(message));

  it("is another one for gunicorn than a unix socket, whose file it takes away", () => {
    expect(inheritProblem("gunicorn -b fd://0 a:b", "unix:///run/a.sock")).toMatch(/gunicorn takes the file/);
    expect(inheritProblem("uvicorn --fd 0 a:b", "unix:///run/a.sock")).toBeUndefined();
  });

  it("is missed where the command asks for one", () => {
    expect(inheritProblem("uvicorn --fd 0 a:b", undefined)).toMatch(/^should go with socket: --fd 0 serves/);
    expect(inheritProblem("gunicorn -b fd://0 a:b", undefined)).toMatch(/^should go with socket/);
    expect(inheritProblem("gunicorn -b 0.0.0.0:80 a:b", undefined)).toBeUndefined();
  });
});
