#!/bin/sh
# PID 1 of a sandbox host: what a boot does. sshd always; supervisord once it is installed and enabled.
umask 022
install -m 0600 /sandbox/host_key /etc/ssh/ssh_host_ed25519_key
install -d -m 0700 /root/.ssh
install -m 0600 /sandbox/authorized_keys /root/.ssh/authorized_keys
mkdir -p /run/sshd
rm -f /run/supervisord.pid /run/supervisor.sock /var/run/supervisor.sock
for enabled in /etc/rc2.d/S*supervisor; do
  [ -e "$enabled" ] && service supervisor start
done
trap 'service supervisor stop; kill "$sshd"; exit 0' TERM INT
/usr/sbin/sshd -D -e &
sshd=$!
# Waiting for sshd also reaps what its sessions leave behind.
while kill -0 "$sshd" 2>/dev/null; do wait "$sshd"; done
