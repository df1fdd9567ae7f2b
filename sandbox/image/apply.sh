#!/bin/sh
# Runs once, while the image is built: brings sshd, and what the machine's own package tools need to reach their indexes.
set -eu
cd "$(dirname "$0")"
[ ! -e sources.list ] || { rm -f /etc/apt/sources.list.d/*; cp sources.list /etc/apt/sources.list; }
[ ! -e apt.conf ] || cp apt.conf /etc/apt/apt.conf.d/90sandbox
# Images for containers keep services from starting when they are installed; a host does not.
rm -f /usr/sbin/policy-rc.d /etc/apt/apt.conf.d/docker-clean
if [ ! -x /usr/sbin/sshd ]; then
  retries='-o Acquire::Retries=3 -o Acquire::Retries::Delay=false' # why: provider/commands/apt.ts
  apt-get -q $retries update
  DEBIAN_FRONTEND=noninteractive apt-get -q $retries install -y --no-install-recommends openssh-server ca-certificates procps
fi
if [ -e ca.crt ]; then
  cat ca.crt >>/etc/ssl/certs/ca-certificates.crt
fi
[ ! -e pip.conf ] || cp pip.conf /etc/pip.conf
[ ! -e environment ] || cat environment >>/etc/environment
# The repository that is mounted at /srv/git belongs to somebody else.
printf '[safe]\n\tdirectory = *\n' >/etc/gitconfig
rm -f /etc/ssh/ssh_host_*
printf 'PasswordAuthentication no\nPermitRootLogin prohibit-password\nUseDNS no\nHostKey /etc/ssh/ssh_host_ed25519_key\n' >/etc/ssh/sshd_config.d/sandbox.conf
rm -rf /var/lib/apt/lists/*
