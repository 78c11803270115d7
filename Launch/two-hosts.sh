# Two hosts on one machine, for the scripts beside this file; to be sourced.
#
# They are network namespaces with an address and a host name each, joined by a link; a stand-in for ssh starts commands
# on them for mpirun. Needs root and iproute2; exits with 69 where it can't run.
# shellcheck shell=bash
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

((EUID == 0)) || fail 69 'cannot run: making network namespaces needs root'
for tool in ip unshare; do
    command -v $tool >/dev/null || fail 69 "cannot run: no '$tool' on the PATH (iproute2, util-linux)"
done
program=$root/.build/release/swift-dp-train
[[ -x $program ]] || fail 1 "no $program; 'swift build -c release' builds it"

folder=$(mktemp -d)
subnet=10.213.$((RANDOM % 256))
addresses=("$subnet.1" "$subnet.2") spaces=("sdt-a-$$" "sdt-b-$$") links=("sdta$$" "sdtb$$")

clean_up() {
    for space in "${spaces[@]}"; do
        ip netns pids "$space" 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true
        ip netns delete "$space" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT

# on HOST COMMAND...: runs a command on host 0 or 1.
on() {
    local host=$1
    shift
    ip netns exec "${spaces[host]}" unshare --uts sh -c 'hostname "$0" && exec "$@"' "host-$host" "$@"
}

# The hosts' own ssh daemon: runs the files whose names come through its queue, and leaves output and exit code beside.
cat >"$folder/daemon" <<'EOF'
exec 3<>"$1"
while read -r job <&3; do
    (setsid bash "$job" >"$job.out" 2>&1 </dev/null && echo 0 >"$job.end" || echo $? >"$job.end"; mv "$job.end" "$job.code") &
done
EOF
# The client: mpirun and launch call it with HOST COMMAND.... A host is there if it refuses a connection.
cat >"$folder/remote-shell" <<'EOF'
#!/usr/bin/env bash
host=$1
shift
[[ $(timeout 2 bash -c "exec 3<>/dev/tcp/$host/9" 2>&1) == *refused* ]] || exit 255
job=$(mktemp "${0%/*}/job.XXXXXX")
echo "$*" >"$job"
echo "$job" >"${0%/*}/$host.queue"
until [[ -e $job.code ]]; do sleep 0.05; done
cat "$job.out"
exit "$(<"$job.code")"
EOF
chmod +x "$folder/remote-shell"

for host in 0 1; do
    ip netns add "${spaces[host]}" || fail 69 'cannot run: this system allows no network namespaces'
    mkfifo "$folder/${addresses[host]}.queue"
done
ip link add "${links[0]}" netns "${spaces[0]}" type veth peer name "${links[1]}" netns "${spaces[1]}" ||
    fail 69 'cannot run: this system allows no veth links'
for host in 0 1; do
    ip -n "${spaces[host]}" address add "${addresses[host]}/24" dev "${links[host]}"
    ip -n "${spaces[host]}" link set lo up
    ip -n "${spaces[host]}" link set "${links[host]}" up
    on $host bash "$folder/daemon" "$folder/${addresses[host]}.queue" 2>/dev/null &
    disown
done
printf '%s slots=2\n' "${addresses[@]}" >"$folder/hosts"

allow_mpi_as_root
export OMPI_MCA_plm_rsh_agent=$folder/remote-shell OMPI_MCA_btl=tcp,vader,self
export OMPI_MCA_btl_tcp_if_include=$subnet.0/24 OMPI_MCA_oob_tcp_if_include=$subnet.0/24
