# Restarts of what uses secrets, by a real API server and its controllers. What runs in the pods is played (tests/kubernetes/nodes.sh).
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster

    # A workload whose pods use secrets; once restarted they run, or crash.
    function New-Workload([string] $Name, [string[]] $Secret, [string] $Kind = 'Deployment', [hashtable] $Spec = @{}, [switch] $Stuck) {
        $plural = "$($Kind.ToLowerInvariant())s"
        $volumes = @($Secret | ForEach-Object { @{ name = $_; secret = @{ secretName = $_ } } })
        $container = @{ name = 'main'; image = $Stuck ? 'crashes-when-restarted' : 'runs'; env = @(@{ name = 'PASSWORD'; value = 'plain-in-the-template' }) }
        $Spec.selector = @{ matchLabels = @{ app = $Name } }
        $Spec.template = @{ metadata = @{ labels = @{ app = $Name } }; spec = @{ containers = @($container); volumes = $volumes } }
        if ($Kind -eq 'StatefulSet') { $Spec.serviceName = 'none' }
        $object = @{ apiVersion = 'apps/v1'; kind = $Kind; metadata = @{ name = $Name; namespace = $namespace }; spec = $Spec }
        $null = $object | ConvertTo-Json -Depth 12 | Invoke-Kubectl $cluster create, -f, -
        # What has no pods that are ready has none that could be replaced one by one.
        if ($Stuck) { $null = Invoke-Kubectl $cluster rollout, status, "$plural/$Name", -n, $namespace }
    }

    # The names of the TLS keys whose users are still to be restarted.
    function Get-Owed {
        $all = Invoke-Kubectl $cluster get, secrets, -n, $namespace, -o, json | ConvertFrom-Json -AsHashtable
        @($all.items | Where-Object { $_.metadata.annotations.'meshsecrets.io/restart-due' } | ForEach-Object { $_.metadata.name } | Sort-Object)
    }

    # The names of those that were restarted.
    function Get-Restarted {
        $all = Invoke-Kubectl $cluster get, 'deployments,statefulsets,daemonsets', -n, $namespace, -o, json | ConvertFrom-Json -AsHashtable
        @($all.items | Where-Object { $_.spec.template.metadata.annotations.'kubectl.kubernetes.io/restartedAt' } | ForEach-Object { $_.metadata.name } | Sort-Object)
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe 'Restart-MeshWorkload' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $namespace = New-TestNamespace $cluster
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace
    }

    AfterEach { if ($store) { Disconnect-MeshStore $store } }

    It 'restarts what uses a secret, each once, in order, and nothing else' {
        New-Workload shop web, cart -Kind StatefulSet
        New-Workload agent web -Kind DaemonSet
        New-Workload front web
        New-Workload other unrelated
        $results = Restart-MeshWorkload web, cart
        $results.ForEach({ "$_" }) | Should -Be "DaemonSet $namespace/agent: Restarted", "Deployment $namespace/front: Restarted", "StatefulSet $namespace/shop: Restarted"
        $results[2].Secrets | Should -Be 'cart', 'web'
        $results[0].Secrets | Should -Be 'web'
        $results.Store | Should -Be $store, $store, $store
        Get-Restarted | Should -Be 'agent', 'front', 'shop'
        $results | Format-List * -Force | Out-String | Should -Not -Match 'plain-in-the-template'
    }

    It 'takes TLS keys, secrets and rotation results from the pipeline' {
        $null = New-MeshCa ca
        $null = New-MeshTlsKey web -Issuer ca -DnsName web.shop
        $null = New-MeshSecret token (ConvertTo-SecureString 'x' -AsPlainText)
        New-Workload front web
        New-Workload back token
        (Get-MeshTlsKey web | Restart-MeshWorkload).Name | Should -Be 'front'
        (Get-MeshSecret web, token | Restart-MeshWorkload).Name | Should -Be 'back', 'front'
        (Invoke-MeshCertRotation -Force | Where-Object Status -EQ Renewed | Restart-MeshWorkload).Name | Should -Be 'front'
    }

    It 'takes wildcards, and a workload by its name whatever it uses' {
        New-Workload front web-1
        New-Workload plain unrelated
        (Restart-MeshWorkload web-*).Name | Should -Be 'front'
        (Restart-MeshWorkload -WorkloadKind deployment -WorkloadName plain -Namespace $namespace).Secrets | Should -Be 'unrelated'
        Restart-MeshWorkload nobody-uses-it | Should -BeNullOrEmpty
    }

    It 'with -WhatIf and -DryRun restarts nothing' {
        New-Workload front web
        (Restart-MeshWorkload web -WhatIf).Status | Should -Be 'Planned'
        (Restart-MeshWorkload web -DryRun).Status | Should -Be 'Planned'
        Get-Restarted | Should -BeNullOrEmpty
    }

    It 'stops at the first that is not ready in time, and takes what is left again' {
        New-Workload a web
        New-Workload b web -Stuck
        New-Workload c web
        $results = Restart-MeshWorkload web -Timeout 4s -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'Restarted', 'TimedOut', 'NotRestarted'
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkloadNotReady,*'
        $failed.TargetObject.Name | Should -Be 'b'
        Get-Restarted | Should -Be 'a', 'b'
        ($results | Where-Object Status -EQ NotRestarted | Restart-MeshWorkload).ForEach({ "$_" }) | Should -Be "Deployment $namespace/c: Restarted"
    }

    It 'says of <What> that it is left alone, and goes on' -ForEach @(
        @{ What = 'a paused Deployment'; Id = 'WorkloadPaused'; Kind = 'Deployment'; Spec = @{ paused = $true } }
        @{ What = 'a DaemonSet of OnDelete'; Id = 'WorkloadOnDelete'; Kind = 'DaemonSet'; Spec = @{ updateStrategy = @{ type = 'OnDelete' } } }
        @{ What = 'a StatefulSet that is held back'; Id = 'WorkloadPartitioned'; Kind = 'StatefulSet'; Spec = @{ updateStrategy = @{ type = 'RollingUpdate'; rollingUpdate = @{ partition = 1 } } } }
    ) {
        New-Workload a web -Kind $Kind -Spec $Spec.Clone()
        New-Workload b web -Kind StatefulSet
        $results = Restart-MeshWorkload web -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'NotRestarted', 'Restarted'
        $results[0].ErrorId | Should -Be $Id
        $failed.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        Get-Restarted | Should -Be 'b'
    }

    It 'says which pods a partition held back' {
        New-Workload a web -Kind StatefulSet -Spec @{ replicas = 2; updateStrategy = @{ type = 'RollingUpdate'; rollingUpdate = @{ partition = 1 } } }
        New-Workload b web -Kind StatefulSet
        $results = Restart-MeshWorkload web -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'Restarted', 'Restarted'
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkloadPartlyRestarted,*'
        $failed.TargetObject.Name | Should -Be 'a'
    }

    It 'names a workload that is not there, and a permission that is missing' {
        { Restart-MeshWorkload -WorkloadKind DaemonSet -WorkloadName none -ErrorAction Stop } | Should -Throw "*no DaemonSet 'none'*" -ErrorId 'WorkloadNotFound,*'
        $reader = Connect-MeshStore -Kubernetes -Kubeconfig (New-TestUser $cluster watcher -Namespace $namespace) -Namespace $namespace -NoDefault
        { Restart-MeshWorkload web -Store $reader -ErrorAction Stop } | Should -Throw "'watcher' may not list daemonsets of apps in namespace '$namespace'*" -ErrorId 'KubernetesForbidden,*'
        Disconnect-MeshStore $reader
    }
}

Describe 'Invoke-MeshCertRotation -RestartWorkload' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $namespace = New-TestNamespace $cluster
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace
        $null = New-MeshCa ca
        $null = 'web', 'cart' | ForEach-Object { New-MeshTlsKey $_ -Issuer ca -DnsName "$_.shop" -ValidFor ($_ -eq 'web' ? '1h' : '90d') }
        New-Workload front web
        New-Workload back cart
    }

    AfterEach { if ($store) { Disconnect-MeshStore $store } }

    It 'restarts what uses what was renewed, at the end' {
        $results = Invoke-MeshCertRotation -Before 2d -RestartWorkload
        $results.ForEach({ "$_" })[1] | Should -Be "Deployment $namespace/front: Restarted"
        $results.Status | Should -Be 'Renewed', 'Restarted'
        Get-Restarted | Should -Be 'front'
    }

    It 'with -WhatIf and -DryRun says what would be restarted' {
        (Invoke-MeshCertRotation -Before 2d -RestartWorkload -WhatIf).Status | Should -Be 'Planned', 'Planned'
        (Invoke-MeshCertRotation -Before 2d -RestartWorkload -DryRun).Status | Should -Be 'Planned', 'Planned'
        Get-Restarted | Should -BeNullOrEmpty
    }
    It 'leaves to the next run what it owes when it <How>' -ForEach @(
        @{ How = 'is stopped'; Stop = { $null = Invoke-MeshCertRotation -Force -RestartWorkload | Select-Object -First 1 } }
        @{
            How = 'is killed'
            Stop = {
                $module = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1'
                $null = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "
                    Import-Module '$module'
                    `$null = Connect-MeshStore -Kubernetes -Kubeconfig '$($cluster.KubeconfigPath)' -Namespace '$namespace'
                    Invoke-MeshCertRotation -Force -RestartWorkload | ForEach-Object { [Diagnostics.Process]::GetCurrentProcess().Kill() }" 2>&1
            }
        }
    ) {
        $before = Get-MeshTlsKey
        . $Stop
        Get-Restarted | Should -BeNullOrEmpty
        $renewed = @(Get-MeshTlsKey | Where-Object Thumbprint -NotIn $before.Thumbprint)
        $owed = Get-Owed
        $owed | Should -Be $renewed.Name
        $owed | Should -Not -BeNullOrEmpty
        $renewed[0].Annotations.Keys | Should -Not -Contain 'meshsecrets.io/restart-due'

        # Who restarts nothing, or changes something else, leaves it as it is.
        Invoke-MeshCertRotation | Should -BeNullOrEmpty
        $renewed | Set-MeshTlsKey -Label @{ team = 'shop' }
        Get-Owed | Should -Be $owed
        $users = @{ web = 'front'; cart = 'back' }
        $expected = @($owed | ForEach-Object { $users[$_] } | Sort-Object)
        $planned = Invoke-MeshCertRotation -RestartWorkload -WhatIf
        $planned.Status | Select-Object -Unique | Should -Be 'Planned'
        $planned.Name | Should -Be $expected
        (Invoke-MeshCertRotation -RestartWorkload -DryRun).Name | Should -Be $expected
        Get-Owed | Should -Be $owed

        $results = Invoke-MeshCertRotation -RestartWorkload
        $results.ForEach({ "$($_.Name) $($_.Status)" }) | Should -Be $expected.ForEach({ "$_ Restarted" })
        Get-Restarted | Should -Be $expected
        Get-Owed | Should -BeNullOrEmpty
        Invoke-MeshCertRotation -RestartWorkload | Should -BeNullOrEmpty
    }

    It 'owes the restart until it succeeded' {
        $null = Invoke-Kubectl $cluster rollout, pause, deployment/front, -n, $namespace
        $results = Invoke-MeshCertRotation web -Force -RestartWorkload -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'Renewed', 'NotRestarted'
        Get-Owed | Should -Be 'web'
        $null = Invoke-Kubectl $cluster rollout, resume, deployment/front, -n, $namespace
        (Invoke-MeshCertRotation cart -RestartWorkload) | Should -BeNullOrEmpty -Because 'web was not asked for'
        (Invoke-MeshCertRotation -RestartWorkload).ForEach({ "$($_.Name) $($_.Status)" }) | Should -Be 'front Restarted'
        Get-Owed | Should -BeNullOrEmpty
    }

    It 'needs no more than its role' {
        $kubeconfig = New-TestUser $cluster rotator -Namespace $namespace
        $null = Get-MeshStoreRole Rotate -Namespace $namespace -Subject User:rotator -RestartWorkload -AsString | Invoke-Kubectl $cluster apply, -f, -
        $rotator = Connect-MeshStore -Kubernetes -Kubeconfig $kubeconfig -Namespace $namespace -NoDefault
        $null = Invoke-MeshCertRotation web -Force -RestartWorkload -Store $rotator | Select-Object -First 1
        Get-Owed | Should -Be 'web'
        (Invoke-MeshCertRotation -RestartWorkload -Store $rotator -ErrorAction Stop).Status | Should -Be 'Restarted'
        Get-Owed | Should -BeNullOrEmpty
        Disconnect-MeshStore $rotator
    }
}

Describe 'A store on the disk' {
    It 'has no workloads, which is said before anything is done' {
        $local = Connect-MeshStore "$TestDrive/local" -Create -NoDefault
        $null = New-MeshCa ca -Store $local
        $before = New-MeshTlsKey web -Issuer ca -DnsName web.shop -Store $local
        { $before | Restart-MeshWorkload -ErrorAction Stop } | Should -Throw '*no cluster*' -ErrorId 'StoreLacksAbility,*'
        { Invoke-MeshCertRotation web -Force -RestartWorkload -Store $local -ErrorAction Stop } | Should -Throw -ErrorId 'StoreLacksAbility,*'
        (Get-MeshTlsKey web -Store $local).Thumbprint | Should -Be $before.Thumbprint
        Disconnect-MeshStore $local
    }
}
