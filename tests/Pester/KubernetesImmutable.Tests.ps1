# Immutable secrets: made so, told first of all that stands against a change, and carried between stores and manifests.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster

    function Test-Immutable([string] $Name) {
        (Invoke-Kubectl $cluster get, secret, $Name, -n, $namespace, -o, 'jsonpath={.immutable}') -eq 'true'
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe 'Immutable secrets in a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster
        $namespace = New-TestNamespace $cluster
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace -WarningAction SilentlyContinue
    }

    AfterEach { if ($store) { Disconnect-MeshStore $store } }

    It 'are made by New-MeshSecret, one or many' {
        $null = [pscustomobject]@{ Name = 'a'; Value = '1' }, [pscustomobject]@{ Name = 'b'; Value = '2' } | New-MeshSecret -Immutable
        Test-Immutable a | Should -BeTrue
        Test-Immutable b | Should -BeTrue
        $null = New-MeshSecret c 3
        Test-Immutable c | Should -BeFalse
    }

    It 'are made by Set-MeshSecret, and never made changeable again' {
        $null = New-MeshSecret token 1
        Set-MeshSecret token -Immutable
        Test-Immutable token | Should -BeTrue
        { Set-MeshSecret token -Immutable:$false -ErrorAction Stop } | Should -Throw '*Remove it and create it anew*' -ErrorId 'SecretImmutable,*'
        { Set-MeshSecret token 2 -ErrorAction Stop } | Should -Throw -ErrorId 'SecretImmutable,*'
        { New-MeshSecret token 2 -Force -ErrorAction Stop } | Should -Throw -ErrorId 'SecretImmutable,*'
        Get-MeshSecret token -AsPlainText | Should -Be 1
        Test-Immutable token | Should -BeTrue
    }

    It 'keep what may change: labels' {
        $null = New-MeshSecret token 1 -Immutable
        (Set-MeshSecret token -Label @{ team = 'shop' } -PassThru).Labels['team'] | Should -Be shop
        Test-Immutable token | Should -BeTrue
    }

    It 'of another field manager are immutable first, and that manager''s second' {
        @{
            apiVersion = 'v1'; kind = 'Secret'; metadata = @{ name = 'theirs'; namespace = $namespace; labels = @{ team = 'bank' } }
            immutable = $true; data = @{ value = 'MQ==' }
        } | ConvertTo-Json | Invoke-Kubectl $cluster apply, --server-side, --field-manager=gardener, -f, -
        { Set-MeshSecret theirs 2 -ErrorAction Stop } | Should -Throw -ErrorId 'SecretImmutable,*'
        { Set-MeshSecret theirs -Data @{ more = '2' } -ErrorAction Stop } | Should -Throw -ErrorId 'SecretImmutable,*'
        { New-MeshSecret theirs -Data @{ other = '2' } -Force -ErrorAction Stop } | Should -Throw -ErrorId 'SecretImmutable,*'
        { Set-MeshSecret theirs 2 -DryRun -ErrorAction Stop } | Should -Throw -ErrorId 'SecretImmutable,*'
        # A label is no value: there the manager is what stands against it.
        { Set-MeshSecret theirs -Label @{ team = 'shop' } -ErrorAction Stop } | Should -Throw "*'gardener'*" -ErrorId 'FieldManagerConflict,*'
    }

    It 'are foreseen by -DryRun, and -WhatIf makes none' {
        $null = New-MeshSecret token 1
        Set-MeshSecret token -Immutable -WhatIf
        Test-Immutable token | Should -BeFalse
        (Set-MeshSecret token -Immutable -DryRun).Name | Should -Be token
        Test-Immutable token | Should -BeFalse
        New-MeshSecret other 1 -Immutable -WhatIf | Should -BeNullOrEmpty
    }

    It 'stay so on the way through a store on the disk and a manifest' {
        $local = Connect-MeshStore "$TestDrive/local" -Create -NoDefault
        function Get-Manifest { Get-MeshSecret kept -Namespace shop -Store $local | ConvertTo-MeshManifest -AsPlainText }
        $null = New-MeshSecret kept 1 -Immutable -Namespace shop -Store $local
        $null = Copy-MeshSecret kept -Namespace shop -Store $local -Destination $store -DestinationNamespace $namespace
        Test-Immutable kept | Should -BeTrue
        Get-Manifest | Should -Match '(?m)^immutable: true$'

        # On the disk it is a note, which can be taken back.
        Set-MeshSecret kept 2 -Namespace shop -Store $local
        Set-MeshSecret kept -Immutable:$false -Namespace shop -Store $local
        Get-Manifest | Should -Not -Match 'immutable'
        Disconnect-MeshStore $local
    }
}
