#!/bin/busybox sh
# The first process of the guest: the disk, the network, the server. It never stops anything: the power is cut.
# Lines that begin with `rig:` are read outside.
PATH=/bin
/bin/busybox --install -s /bin
mount -t devtmpfs none /dev
mount -t proc none /proc
mount -t sysfs none /sys
for module in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk failover \
  net_failover virtio_net; do
  insmod "/modules/$module.ko"
done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
echo "rig: $(cat /sys/block/vda/queue/write_cache)"
if ! mount -t ext4 /dev/vda /disk; then
  echo "rig: over, the disk cannot be mounted"
  sleep 1000
fi
cd /disk
nc -ll -p 8788 -e /bin/audit &

# In the words of the settings: a proxy that terminates TLS. It is the emulator, and the network ends there.
serve() {
  echo "rig: starting"
  ananke-rig serve --data data --listen 0.0.0.0:8787 --public-url https://documents.example.org \
    --set server.trusted_proxies=10.0.2.0/24 --set limits.key_writes_per_second=0 \
    --set limits.key_reads_per_second=0 --set limits.tenant_per_second=0 --set limits.revocations_per_day=0 --set limits.key_revocations_per_day=0 --set limits.public_per_minute=0 --set log.level=warn </dev/null
}

serve
# The control loses what the anchor remembers, and the server notices. With the anchor as it was in the beginning it
# does not, and the checker has to.
if [ -e first.anchor ]; then
  echo "rig: refused"
  cp first.anchor data.anchor
  sync
  serve
fi
echo "rig: over, the server ended"
sleep 1000
