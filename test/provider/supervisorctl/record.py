"""Records what supervisorctl says: `PYTHON record.py > VERSION.jsonl`, with an interpreter that has supervisor, as root.

A supervisord of its own on a unix socket in a temporary directory, and nothing of the machine's.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

directory = tempfile.mkdtemp()
os.chmod(directory, 0o755)
os.chdir(directory)
conf = """[unix_http_server]
file=%s/s.sock
%s
[supervisord]
logfile=/dev/null
logfile_maxbytes=0
pidfile=%s/pid
childlogdir=%s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=%s
"""
programs = """
[program:good]
command=sleep 1000
[program:a-program-whose-name-is-longer-than-thirty-characters]
command=sleep 1000
[program:multi]
command=sleep 1000
process_name=%(program_name)s_%(process_num)02d
numprocs=2
[program:stopped]
command=sleep 1000
autostart=false
[program:crash]
command=false
startretries=0
[program:gone]
command=/no/such/thing
startretries=0
[program:slow]
command=sleep 1000
startsecs=500
[program:backoff]
command=/etc/passwd
startretries=1000
[program:ended]
command=sh -c "sleep 1.5; exit 3"
autorestart=false
"""
socket = "unix://%s/s.sock" % directory
# A clock that days pass on, so that the uptimes are real output too.
clock = "import os, time; real = time.time; time.time = lambda: real() + (93784 if os.path.exists('%s/later') else 0)" % directory
run = "import sys; sys.argv = ['x'] + sys.argv[1:]; "


def write(extra="", url=socket, auth=""):
    with open("s.conf", "w") as file:
        file.write(conf % (directory, auth, directory, directory, url) + extra)


def start():
    words = [sys.executable, "-W", "ignore", "-c", clock + "; " + run + "from supervisor.supervisord import main; main()", "-n", "-c", "s.conf"]
    daemon = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while not os.path.exists("s.sock"):
        time.sleep(0.05)
    return daemon


def stop(daemon):
    daemon.terminate()
    daemon.wait()


recorded = []


def ctl(what, *words, **kwargs):
    lower = "import os; os.setgid(65534); os.setuid(65534); " if kwargs.get("nobody") else ""
    program = run + "import http.client, xmlrpc.client, supervisor.supervisorctl, encodings.idna; " + lower + "supervisor.supervisorctl.main()"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program, "-c", "s.conf"] + list(words), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    said = {"stdout": done.stdout, "stderr": done.stderr}
    for key, text in said.items():
        said[key] = text.replace(directory, "/run/here").replace(os.path.dirname(os.__file__), "/usr/lib/python3")
        said[key] = said[key].replace(sys.prefix, "/usr")
    recorded.append(dict(said, what=what, words=list(words), exitCode=done.returncode))


write(programs)
ctl("no socket", "status")
ctl("no socket, version", "version")
ctl("no socket, start", "start", "good")
ctl("no socket, update", "update")
daemon = start()
time.sleep(4)
ctl("all states", "status")
ctl("version", "version")
ctl("one", "status", "good")
ctl("one that is stopped", "status", "stopped")
ctl("a group", "status", "multi:*")
ctl("no process", "status", "nope")
ctl("no group", "status", "nope:*")
ctl("stopped and unknown", "status", "stopped", "nope")
ctl("start", "start", "stopped")
ctl("start again", "start", "stopped")
ctl("stop", "stop", "stopped")
ctl("start crashing", "start", "crash")
ctl("start nothing", "start", "gone")
ctl("start unknown", "start", "nope")
ctl("no changes", "reread")
ctl("avail", "avail")
ctl("an unknown word", "frob")
ctl("no permission", "status", nobody=True)
ctl("no permission, version", "version", nobody=True)
open("later", "w").close()
ctl("days later", "status", "good", "stopped")
os.unlink("later")
write(programs + "[program:new]\ncommand=sleep 9\n[program:bad]\n")
ctl("a bad conf", "reread")
ctl("a bad conf, update", "update")
write(programs + "[program:new]\ncommand=sleep 9\nstdout_logfile_maxbytes=2GB\n")
ctl("a new program", "reread")
ctl("a number above XML-RPC's", "avail")
ctl("update", "update")
stop(daemon)
write(url="http://127.0.0.1:9")
ctl("refused", "status")
ctl("refused, version", "version")
write(auth="username=a\npassword=b")
daemon = start()
ctl("no password", "status")
ctl("no password, version", "version")
stop(daemon)
os.unlink("s.conf")
ctl("no configuration", "version")
for each in recorded:
    print(json.dumps(each))
shutil.rmtree(directory)
