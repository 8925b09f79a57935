#!/usr/bin/env bash
# Make a base image with this machine's Python, without a registry: base_image.sh TAG [FOLDER]. Needs root.
set -euo pipefail
tag=$1 folder=${2:-$(mktemp -d)}
export STORAGE_DRIVER=${STORAGE_DRIVER:-overlay}
root=$folder/rootfs
libraries=ca-certificates,libssl3,libffi8,libsqlite3-0,zlib1g,libbz2-1.0,liblzma5,libreadline8,libncursesw6,libuuid1,libexpat1,tzdata,netbase

if [ ! -e "$root/etc/debian_version" ]; then
    mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources)
    debootstrap --variant=minbase --include="$libraries" bookworm "$root" "$mirror"
fi
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*
prefix=$(python3 -c 'import sys; print(sys.base_prefix)')
version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
tar -C "$prefix" --exclude=test --exclude=__pycache__ --exclude='*.a' --exclude=site-packages -cf - bin lib include share |
    tar -C "$root/usr/local" -xf -
rm -f "$root"/usr/local/bin/{pip,2to3,idle}*
chroot "$root" ldconfig
chroot "$root" "/usr/local/bin/python$version" -m ensurepip --upgrade --default-pip
ln -sf "python$version" "$root/usr/local/bin/python3"
ln -sf "python$version" "$root/usr/local/bin/python"

container=$(buildah from scratch)
mount=$(buildah mount "$container")
cp -a "$root/." "$mount/"
buildah umount "$container"
buildah config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin --env LANG=C.UTF-8 \
    --cmd python3 "$container"
buildah commit --rm "$container" "$tag"
