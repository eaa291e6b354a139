#!/bin/sh
# old-descheduler: made by spotgen. Change the configuration, not this file.
#
# Brings the autoscaler's profile and the node pools to what the configuration says. It can be run again at
# any time: what is right already is not touched, and what somebody else has set besides stays. What cannot be
# changed is said, the rest goes on, and it ends with 1.
#
# What a shell could expand or split stands in single quotes, and is not to be expanded.
# shellcheck disable=SC2016
set -eu

resource_group=${RESOURCE_GROUP:?the configuration does not say it: set it}
cluster=${CLUSTER:?the configuration does not say it: set it}

# Whether something did not come to what it should be.
wrong=0

# Azure has refused something of $1: the rest need not wait for that.
refused() {
    echo "$1: this did not work; the rest goes on" >&2
    wrong=1
}

# Reads what Azure has of the pool $1; fails where there is no such pool. What else can be wrong, `az` says when the pool
# is added.
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

# Compares something that a pool keeps for life: its name, what it should be, what it is.
fixed() {
    if [ "$(lower "$2")" != "$(lower "$3")" ]; then
        echo "$pool: its $1 is ${3:-none}, the configuration says $2" >&2
        stuck=yes
    fi
}

# $1 as a shell takes it, whatever is in it.
quoted() {
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# Shows the way out where something had to stay as it is.
settle() {
    [ -n "$stuck" ] || return 0
    wrong=1
    cat >&2 <<END
$pool: a pool keeps this for life. Replace the pool: give it another name in the configuration, run the script that
comes of it, which adds the new pool, and then move the pods and delete the old one:
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

# An update replaces all labels of a pool: those that others have set are named again.
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

# The same with taints. Those of spotgen's own that are not wanted any more go.
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

main() {
    # ---- the autoscaler's profile, which is one for the whole cluster
    settings=expander=priority,max-node-provision-time=5m,max-total-unready-percentage=100,ok-total-unready-count=1000,skip-nodes-with-local-storage=false
    wanted='priority
5m
100
1000
false'
    found=$(az aks show --resource-group "$resource_group" --name "$cluster" --query "autoScalerProfile.[
        expander,
        maxNodeProvisionTime,
        maxTotalUnreadyPercentage,
        okTotalUnreadyCount,
        skipNodesWithLocalStorage
    ]" --output tsv)
    if [ "$found" != "$wanted" ]; then
        echo "autoscaler profile: $settings"
        az aks update --resource-group "$resource_group" --name "$cluster" \
            --cluster-autoscaler-profile "$settings" --output none || refused 'autoscaler profile'
    fi

    # ---- spot1
    if show spot1; then
        fixed 'operating system' Linux "$os_type"
        fixed 'VM size' Standard_D4s_v5 "$vm_size"
        fixed priority Spot "$priority"
        fixed 'eviction policy' Delete "$eviction_policy"
        fixed 'maximum price' -1 "$max_price"
        settle
        set_mode User
        set_range 0 10
        set_labels
        set_taints
    else
        echo "spot1: adding it"
        az aks nodepool add --resource-group "$resource_group" --cluster-name "$cluster" \
            --name spot1 --mode User --os-type Linux \
            --priority Spot --eviction-policy Delete --spot-max-price -1 \
            --node-vm-size Standard_D4s_v5 \
            --enable-cluster-autoscaler --node-count 0 --min-count 0 --max-count 10 \
            --output none || refused spot1
    fi

    # ---- regular1
    if show regular1; then
        fixed 'operating system' Linux "$os_type"
        fixed 'VM size' Standard_D4s_v5 "$vm_size"
        fixed priority Regular "$priority"
        settle
        set_mode User
        set_range 1 10
        set_labels
        set_taints spotgen.dev/capacity=on-demand:PreferNoSchedule
    else
        echo "regular1: adding it"
        az aks nodepool add --resource-group "$resource_group" --cluster-name "$cluster" \
            --name regular1 --mode User --os-type Linux \
            --priority Regular \
            --node-vm-size Standard_D4s_v5 \
            --enable-cluster-autoscaler --node-count 1 --min-count 1 --max-count 10 \
            --node-taints spotgen.dev/capacity=on-demand:PreferNoSchedule \
            --output none || refused regular1
    fi

    exit "$wrong"
}

# This text may itself come from standard input, of which `az` is to read nothing.
main </dev/null
