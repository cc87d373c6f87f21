# -DryRun: the server checks all and keeps nothing; a refusal is told as if it were meant.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster

    # All of a namespace: names and versions.
    function Get-State { Invoke-Kubectl $cluster get, secrets, -n, $namespace, -o, 'jsonpath={range .items[*]}{.metadata.name} {.metadata.resourceVersion} {end}' }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe '-DryRun in a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster
        $namespace = New-TestNamespace $cluster
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace
        $null = New-MeshCa ca
        $null = New-MeshTlsKey web -Issuer ca -DnsName web.shop -Label @{ team = 'shop' }
        $null = New-MeshSecret token (ConvertTo-SecureString 'tok-4711' -AsPlainText)
        $before = Get-State
    }

    AfterEach { if ($store) { Disconnect-MeshStore $store } }

    It '<Name> keeps nothing, and gives what would be' -ForEach @(
        @{ Name = 'New-MeshSecret'; Given = 'fresh'; Do = { New-MeshSecret fresh (ConvertTo-SecureString 'x' -AsPlainText) -DryRun } }
        @{ Name = 'New-MeshSecret -Force'; Given = 'token'; Do = { New-MeshSecret token (ConvertTo-SecureString 'x' -AsPlainText) -Force -DryRun } }
        @{ Name = 'Set-MeshSecret'; Given = 'token'; Do = { Set-MeshSecret token -Label @{ a = 'b' } -DryRun } }
        @{ Name = 'Remove-MeshSecret'; Given = 'token'; Do = { Remove-MeshSecret token -DryRun } }
        @{ Name = 'Copy-MeshSecret'; Given = 'copied'; Do = { Copy-MeshSecret token -NewName copied -DryRun } }
        @{ Name = 'Import-MeshSecret'; Given = 'imported'; Do = { "apiVersion: v1`nkind: Secret`nmetadata: {name: imported, namespace: $namespace}`ntype: Opaque`ndata: {a: MQ==}" | Import-MeshSecret -DryRun } }
        @{ Name = 'New-MeshTlsKey'; Given = 'fresh'; Do = { New-MeshTlsKey fresh -Issuer ca -DnsName fresh.shop -DryRun } }
        @{ Name = 'Set-MeshTlsKey'; Given = 'web'; Do = { Set-MeshTlsKey web -Label @{ a = 'b' } -DryRun } }
        @{ Name = 'Remove-MeshTlsKey'; Given = 'web'; Do = { Remove-MeshTlsKey web -DryRun } }
        @{ Name = 'New-MeshCa'; Given = 'below'; Do = { New-MeshCa below -Issuer ca -DryRun } }
        @{ Name = 'Import-MeshCa'; Given = 'again'; Do = {
                $null = Export-MeshCaBundle ca -Format KubernetesTls -Path "$TestDrive/ca.yaml" -IncludePrivateKey -Force
                Import-MeshCa again -Path "$TestDrive/ca.yaml" -DryRun
            }
        }
        @{ Name = 'Remove-MeshCa'; Given = 'ca'; Do = { Remove-MeshCa ca -Force -DryRun } }
        @{ Name = 'Invoke-MeshCertRotation'; Given = 'web'; Do = { Invoke-MeshCertRotation web -Force -DryRun } }
        @{ Name = 'Edit-MeshTlsKey'; Given = 'web'; Do = {
                $script = "$TestDrive/editor.sh"
                "#!/bin/sh`nsed -i 's/team: shop/team: bank/' `"`$1`"" | Set-Content $script
                chmod +x $script
                $visual, $env:VISUAL = $env:VISUAL, $script
                try { $edited = Edit-MeshTlsKey web -DryRun } finally { $env:VISUAL = $visual }
                $edited.Labels['team'] | Should -Be bank
                $edited
            }
        }
        @{ Name = 'Repair-MeshSecret'; Given = 'salvage'; Do = {
                # A letter too many in each, which prove each other's mend.
                $web = Get-MeshSecret web -AsPlainText
                $null = New-MeshSecret salvage -Data @{ 'tls.crt' = $web['tls.crt'].Insert(90, 's'); 'tls.key' = $web['tls.key'].Insert(90, 's'); 'ca.crt' = $web['ca.crt'] }
                Set-Variable before (Get-State) -Scope 1
                $mended = Repair-MeshSecret -Name salvage -Apply -DryRun
                $mended.Status | Should -Contain Proposed
                $mended.Status | Should -Not -Contain Mended
                $mended | Select-Object -First 1 Name, @{ Name = 'Store'; Expression = { $store } }
            }
        }
        @{ Name = 'Save-MeshCa'; Given = 'ca-key-pair'; Do = {
                $null = New-MeshCa own-root -Namespace $namespace
                $null = Export-MeshCaBundle own-root -Format KubernetesTls -Path "$TestDrive/own.yaml" -IncludePrivateKey -Force
                Remove-MeshCa own-root -Force -Confirm:$false
                Save-MeshCa "$TestDrive/own.yaml" -ToStore -DryRun
            }
        }
        @{ Name = 'New-MeshRelaySecret'; Given = 'relay-*'; Do = { New-MeshRelaySecret -Issuer ca -Namespace $namespace -Cluster east -DryRun | Select-Object -First 1 } }
    ) {
        $made = & $Do
        $made.Name | Should -BeLike $Given
        $made.Store | Should -Be $store
        Get-State | Should -Be $before
    }

    It 'says of a renewal that it is planned, and of no certificate that is nowhere' {
        $result = Invoke-MeshCertRotation web -Force -DryRun
        $result.Status | Should -Be 'Planned'
        $result.Thumbprint | Should -BeNullOrEmpty
    }

    It 'tells a refusal: <What>' -ForEach @(
        @{ What = 'there is one'; Id = 'SecretExists'; Do = { New-MeshSecret token (ConvertTo-SecureString 'x' -AsPlainText) -DryRun -ErrorAction Stop } }
        @{ What = 'another type'; Id = 'SecretTypeImmutable'; Do = { New-MeshSecret web (ConvertTo-SecureString 'x' -AsPlainText) -Force -DryRun -ErrorAction Stop } }
        @{ What = 'no such namespace'; Id = 'NamespaceNotFound'; Do = { New-MeshSecret x (ConvertTo-SecureString 'x' -AsPlainText) -Namespace no-such-namespace -DryRun -ErrorAction Stop } }
        @{ What = 'a quota'; Id = 'KubernetesRefused'; Do = {
                $null = Invoke-Kubectl $cluster create, quota, few, -n, $namespace, '--hard=count/secrets=1'
                # The controller's part: how much is used.
                $quota = Invoke-Kubectl $cluster get, quota, few, -n, $namespace, -o, json | ConvertFrom-Json -AsHashtable
                $quota.status = @{ hard = @{ 'count/secrets' = '1' }; used = @{ 'count/secrets' = '1' } }
                $null = $quota | ConvertTo-Json -Depth 9 | Invoke-Kubectl $cluster replace, --raw, "/api/v1/namespaces/$namespace/resourcequotas/few/status", -f, -
                New-MeshSecret x (ConvertTo-SecureString 'x' -AsPlainText) -DryRun -ErrorAction Stop
            }
        }
    ) {
        $Do | Should -Throw -ErrorId "$Id,*"
        Get-State | Should -Be $before
    }

    It 'tells a lacking permission' {
        Skip-WithoutCluster $cluster -Own
        $reader = Connect-MeshStore -Kubernetes -Kubeconfig (New-TestUser $cluster dry -Namespace $namespace) -Namespace $namespace -NoDefault
        { New-MeshSecret x (ConvertTo-SecureString 'x' -AsPlainText) -Store $reader -DryRun -ErrorAction Stop } |
            Should -Throw "'dry' may not create secrets in namespace '$namespace'*" -ErrorId 'KubernetesForbidden,*'
        Disconnect-MeshStore $reader
    }

    It 'with -WhatIf asks the server nothing' {
        New-MeshTlsKey web -Issuer ca -DnsName web.shop -DryRun -WhatIf | Should -BeNullOrEmpty
        Remove-MeshSecret token -DryRun -WhatIf -PassThru | Should -BeNullOrEmpty
    }

    It 'copies from a store on the disk' {
        $local = Connect-MeshStore "$TestDrive/local" -Create -NoDefault
        $null = New-MeshSecret carried (ConvertTo-SecureString 'x' -AsPlainText) -Global -Store $local
        (Copy-MeshSecret carried $store -Global -Store $local -PassThru -DryRun).Store | Should -Be $store
        Get-State | Should -Be $before
        Disconnect-MeshStore $local
    }
}

Describe '-DryRun in a store on the disk' {
    It 'is refused with the way that there is: <Name>' -ForEach @(
        @{ Name = 'New-MeshSecret'; Do = { New-MeshSecret x (ConvertTo-SecureString 'x' -AsPlainText) -Store $local -DryRun -ErrorAction Stop } }
        @{ Name = 'Remove-MeshSecret -Purge'; Do = { Remove-MeshSecret kept -Global -Store $local -Purge -DryRun -ErrorAction Stop } }
        @{ Name = 'New-MeshCa'; Do = { New-MeshCa x -Store $local -DryRun -ErrorAction Stop } }
        @{ Name = 'Set-MeshSecret'; Do = { Set-MeshSecret kept -Global -Label @{ a = 'b' } -Store $local -DryRun -ErrorAction Stop } }
        @{ Name = 'Edit-MeshTlsKey'; Do = { Edit-MeshTlsKey kept -Global -Store $local -DryRun -ErrorAction Stop } }
        @{ Name = 'Repair-MeshSecret'; Do = { Repair-MeshSecret -Name kept -Global -Store $local -Apply -DryRun -ErrorAction Stop } }
        @{ Name = 'Invoke-MeshCertRotation'; Do = { Invoke-MeshCertRotation -Store $local -DryRun -ErrorAction Stop } }
    ) {
        $local = Connect-MeshStore "$TestDrive/local-$Name" -Create -NoDefault
        $kept = New-MeshSecret kept (ConvertTo-SecureString 'x' -AsPlainText) -Global -Store $local
        $Do | Should -Throw '*-WhatIf*' -ErrorId 'StoreLacksAbility,*'
        (Get-MeshSecret -Store $local).ResourceVersion | Should -Be $kept.ResourceVersion
        Disconnect-MeshStore $local
    }

    It 'is refused of an authority that is saved to files' {
        { Save-MeshCa "$TestDrive" -Destination "$TestDrive/saved" -DryRun -ErrorAction Stop } | Should -Throw '*-WhatIf*' -ErrorId 'SavedCaDryRunUnused,*'
        "$TestDrive/saved" | Should -Not -Exist
    }

    It 'makes no store' {
        $env:MESHSECRETS_STORE = "$TestDrive/none"
        { New-MeshSecret x (ConvertTo-SecureString 'x' -AsPlainText) -DryRun -ErrorAction Stop } | Should -Throw -ErrorId 'StoreNotFound,*'
        "$TestDrive/none" | Should -Not -Exist
        $env:MESHSECRETS_STORE = $null
    }
}
