
# Reads the current state of pool $1; fails if the pool does not exist. `az` reports any other problem when the script
# adds the pool.
show() {
    pool=$1
    stuck=
    found=$(az aks nodepool show --resource-group "$resource_group" --cluster-name "$cluster" --name "$pool" --query "[
        osType, vmSize, availabilityZones && join(' ', sort(availabilityZones)), scaleSetPriority || 'Regular',
        scaleSetEvictionPolicy, to_string(spotMaxPrice), mode, enableAutoScaling, minCount, maxCount,
        to_string(nodeLabels), nodeTaints && join(' ', nodeTaints)
    ]" --output tsv 2>/dev/null) || return 1
    {
        read -r os_type
        read -r vm_size
        read -r zones
        read -r priority
        read -r eviction_policy
        read -r max_price
        read -r mode
        read -r autoscaled
        read -r min
        read -r max
        read -r labels
        read -r taints
    } <<END
$found
END
    # {"a":"b","c":"d"} as words: a=b c=d
    labels=$(printf '%s' "${labels#null}" | tr -d '{}"' | tr ':,' '= ')
    zones=${zones#None}
    taints=${taints#None}
    max_price=${max_price%.0}
}

update() {
    echo "$pool: $*"
    az aks nodepool update --resource-group "$resource_group" --cluster-name "$cluster" --name "$pool" "$@" \
        --output none || refused "$pool"
}

lower() {
    printf '%s' "$1" | tr '[:upper:]' '[:lower:]'
}

# Compares an immutable property of a pool: $1 is its name, $2 the configured value, $3 the current one.
fixed() {
    if [ "$(lower "$2")" != "$(lower "$3")" ]; then
        echo "$pool: the $1 is ${3:-none}, but the configuration sets $2" >&2
        stuck=yes
    fi
}

# Quotes $1 for a shell.
quoted() {
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# Explains how to replace a pool if an immutable property differs.
settle() {
    [ -n "$stuck" ] || return 0
    wrong=1
    cat >&2 <<END
$pool: this cannot be changed on an existing pool. Replace the pool: rename it in the configuration, render and run the
script again to add the new pool, and then move the pods and delete the old pool:
    az aks nodepool update --resource-group $(quoted "$resource_group") --cluster-name $(quoted "$cluster") --name $pool --disable-cluster-autoscaler
    kubectl drain --selector kubernetes.azure.com/agentpool=$pool --ignore-daemonsets --delete-emptydir-data
    az aks nodepool delete --resource-group $(quoted "$resource_group") --cluster-name $(quoted "$cluster") --name $pool
END
}

set_mode() {
    [ "$mode" = "$1" ] || update --mode "$1"
}

set_range() {
    if [ "$autoscaled" != true ]; then
        update --enable-cluster-autoscaler --min-count "$1" --max-count "$2"
    elif [ "$min $max" != "$1 $2" ]; then
        update --update-cluster-autoscaler --min-count "$1" --max-count "$2"
    fi
}

# An update replaces all labels of a pool, so labels set by others are passed again.
set_labels() {
    change=
    for wanted in "$@"; do
        case " $labels " in
        *" $wanted "*) ;;
        *) change=yes ;;
        esac
    done
    [ -n "$change" ] || return 0
    for found in $labels; do
        stays=yes
        for wanted in "$@"; do
            [ "${found%%=*}" != "${wanted%%=*}" ] || stays=
        done
        [ -z "$stays" ] || set -- "$@" "$found"
    done
    update --labels "$@"
}

# The same for taints. Taints of spotgen that are no longer configured are removed.
set_taints() {
    change=
    for wanted in "$@"; do
        case " $taints " in
        *" $wanted "*) ;;
        *) change=yes ;;
        esac
    done
    for found in $taints; do
        stays=yes
        for wanted in "$@"; do
            [ "${found%%=*}:${found##*:}" != "${wanted%%=*}:${wanted##*:}" ] || stays=
        done
        case $found in
        spotgen.dev/*)
            case " $* " in
            *" $found "*) ;;
            *)
                stays=
                change=yes
                ;;
            esac
            ;;
        esac
        [ -z "$stays" ] || set -- "$@" "$found"
    done
    [ -n "$change" ] || return 0
    update --node-taints "$(
        IFS=,
        echo "$*"
    )"
}
