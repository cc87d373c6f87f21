# What the tab key offers on a cluster: within the time that typing allows, or nothing.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster

    # What is offered. The first time may take longer than a completer waits, for what it needs is compiled and connected then.
    function Get-Offer([string] $Line) {
        $limit = [DateTime]::UtcNow.AddSeconds(60)
        do { $offered = (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText } until ($offered -or [DateTime]::UtcNow -gt $limit)
        $offered
    }

    # What is offered at once, the shell's own files aside.
    function Get-FirstOffer([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches | Where-Object ResultType -eq ParameterValue | ForEach-Object CompletionText
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe 'Completion on a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster
        $namespace = New-TestNamespace $cluster
        Push-Location (New-Item -ItemType Directory "$TestDrive/$namespace") # Without files, which the shell offers where we offer nothing.
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace -WarningAction SilentlyContinue
        $null = New-MeshSecret login -Data @{ user = 'app'; password = 'x'; 'odd key'.Replace(' ', '_') = 'y' }
        $null = New-MeshSecret other 'x'
    }

    AfterEach {
        Pop-Location
        if ($store) { Disconnect-MeshStore $store }
    }

    It 'offers the data keys of the secret that is named: <Line>' -ForEach @(
        @{ Line = 'Get-MeshSecret login -AsPlainText -Key '; Offered = 'odd_key', 'password', 'user' }
        @{ Line = 'Get-MeshSecret -Name login -AsPlainText -Key p'; Offered = 'password' }
        @{ Line = 'Set-MeshSecret login -Value x -Key u'; Offered = 'user' }
        @{ Line = 'Set-MeshSecret login -RemoveKey us'; Offered = 'user' }
        @{ Line = 'Get-MeshSecret other -AsPlainText -Key '; Offered = 'value' }
    ) {
        Get-Offer $Line | Sort-Object | Should -Be $Offered
    }

    It 'offers the names of secrets to <_>' -ForEach 'Set-MeshSecret', 'Remove-MeshSecret', 'Copy-MeshSecret', 'Export-MeshSecret' {
        Get-Offer "$_ log" | Should -Be login
    }

    It 'offers the namespaces of the connection, empty ones too' {
        Get-Offer 'Get-MeshSecret -Namespace test-' | Should -Be $namespace
        $empty = New-TestNamespace $cluster
        $all = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Name all -NoDefault -WarningAction SilentlyContinue
        Get-Offer "New-MeshSecret x y -Store all -Namespace $empty" | Should -Be $empty
        Disconnect-MeshStore $all
    }

    It 'offers the namespaces of a cluster that is about to be connected' {
        Get-Offer "Connect-MeshStore -Kubernetes -Kubeconfig $($cluster.KubeconfigPath) -Namespace $($namespace.Substring(0, 8))" | Should -Contain $namespace
    }

    It 'offers who may list no namespaces those of the secrets he sees, and before connecting none' {
        Skip-WithoutCluster $cluster -Own
        $user = "tab-$([guid]::NewGuid().ToString('n').Substring(0, 6))"
        $kubeconfig = New-TestUser $cluster $user -Namespace $namespace
        $line = "Connect-MeshStore -Kubernetes -Kubeconfig $kubeconfig -Namespace "
        $null = Get-FirstOffer $line
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Get-FirstOffer $line | Should -BeNullOrEmpty
        $watch.ElapsedMilliseconds | Should -BeLessThan 2000
        $null = Invoke-Kubectl $cluster create, clusterrole, $user, --verb=get, --verb=list, --resource=secrets
        $null = Invoke-Kubectl $cluster create, clusterrolebinding, $user, --clusterrole=$user, --user=$user
        try {
            $mine = Connect-MeshStore -Kubernetes -Kubeconfig $kubeconfig -Name $user -NoDefault -WarningAction SilentlyContinue
            Get-Offer "Get-MeshSecret -Store $user -Namespace $namespace" | Should -Be $namespace
            Disconnect-MeshStore $mine
        } finally {
            $null = Invoke-Kubectl $cluster delete, "clusterrole/$user", "clusterrolebinding/$user"
        }
    }
}

Describe 'Completion without a cluster' {
    It 'runs no credential plugin' {
        Push-Location (New-Item -ItemType Directory "$TestDrive/plugin")
        $plugin = "$TestDrive/plugin.sh"
        "#!/bin/sh`ntouch $TestDrive/asked`nexit 1" | Set-Content $plugin
        if (-not $IsWindows) { chmod +x $plugin }
        @"
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: $plugin, interactiveMode: Never}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
"@ | Set-Content "$TestDrive/config"
        Get-FirstOffer "Connect-MeshStore -Kubernetes -Kubeconfig $TestDrive/config -Namespace " | Should -BeNullOrEmpty
        Get-FirstOffer "Connect-MeshStore -Kubernetes -Kubeconfig $TestDrive/none -Namespace " | Should -BeNullOrEmpty
        "$TestDrive/asked" | Should -Not -Exist
        Pop-Location
    }
}
