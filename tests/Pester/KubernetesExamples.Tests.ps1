# The runbooks for clusters, each in a process of its own as a scheduler starts it, on a real API server.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster
    $root = Split-Path (Split-Path $PSScriptRoot)
    $pwsh = (Get-Process -Id $PID).Path
    Import-Module (Join-Path $root 'MeshSecrets.psd1')

    function Invoke-Runbook([string] $Name, [string[]] $ArgumentList) {
        $errors = Join-Path $TestDrive 'stderr.txt'
        $output = & $pwsh -NoProfile -NonInteractive -File (Join-Path $root "examples/$Name") @ArgumentList 2> $errors
        @{ ExitCode = $LASTEXITCODE; Output = $output -join "`n"; Errors = "$(Get-Content $errors -Raw)" }
    }

    function New-Inventory([string] $Namespace) {
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $Namespace -Name $Namespace -NoDefault
        $null = New-MeshCa mesh-ca -Store $store
        $null = 'due', 'fresh' | ForEach-Object { New-MeshTlsKey $_ -Issuer mesh-ca -DnsName "$_.shop.svc" -ValidFor ($_ -eq 'due' ? '1h' : '90d') -Store $store }
        $store
    }
}

AfterAll {
    Disconnect-MeshStore *
    Remove-TestCluster $cluster
}

Describe 'Runbook-KubernetesRotation.ps1' {
    BeforeEach {
        Skip-WithoutCluster $cluster
        $namespace = New-TestNamespace $cluster
        $store = New-Inventory $namespace
        $target = @('-Kubeconfig', $cluster.KubeconfigPath, '-Namespace', $namespace, '-Before', '2d')
    }

    It 'takes stock and plans without changing anything' {
        $before = Get-MeshTlsKey -Store $store | ForEach-Object ResourceVersion
        $stock = Join-Path $TestDrive 'stock.csv'
        $run = Invoke-Runbook Runbook-KubernetesRotation.ps1 ($target + '-PlanOnly', '-StockPath', $stock)
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $run.Output | Should -Match 'What if: Renew namespace/.*/due by'
        (Import-Csv $stock).Name | Sort-Object | Should -Be 'due', 'fresh'
        Get-MeshTlsKey -Store $store | ForEach-Object ResourceVersion | Should -Be $before
    }

    It 'renews what is due and nothing else' {
        $before = @{}
        Get-MeshTlsKey -Store $store | ForEach-Object { $before[$_.Name] = $_.Thumbprint }
        $run = Invoke-Runbook Runbook-KubernetesRotation.ps1 ($target[0..3] + '-Before', '30d')
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        (Get-MeshTlsKey due -Namespace $namespace -Store $store).Thumbprint | Should -Not -Be $before.due
        (Get-MeshTlsKey fresh -Namespace $namespace -Store $store).Thumbprint | Should -Be $before.fresh
    }

    It 'restarts what uses a renewed key, and fails if it is not ready' {
        Skip-WithoutCluster $cluster -Own
        @{ apiVersion = 'apps/v1'; kind = 'Deployment'; metadata = @{ name = 'front'; namespace = $namespace }; spec = @{
                replicas = 2; selector = @{ matchLabels = @{ app = 'front' } }; template = @{ metadata = @{ labels = @{ app = 'front' } }; spec = @{
                        containers = @(@{ name = 'main'; image = 'runs' }); volumes = @(@{ name = 'tls'; secret = @{ secretName = 'due' } })
                    }
                }
            }
        } | ConvertTo-Json -Depth 12 | Invoke-Kubectl $cluster create, -f, -
        $run = Invoke-Runbook Runbook-KubernetesRotation.ps1 ($target + '-RestartWorkload')
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $run.Output | Should -Match "(?m)^Restarted: Deployment $namespace/front$"

        # An image that is not there, as nodes.sh plays it.
        $null = Invoke-Kubectl $cluster patch, deployment, front, -n, $namespace, -p, '{"spec":{"progressDeadlineSeconds":1,"template":{"spec":{"containers":[{"name":"main","image":"none"}]}}}}'
        $run = Invoke-Runbook Runbook-KubernetesRotation.ps1 ($target + '-RestartWorkload')
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -Match "^WorkloadDeadlineExceeded: Deployment $namespace/front"
        $run.Output | Should -Match "(?m)^Failed: Deployment $namespace/front$"
    }

    It 'says which permission is missing, and does nothing' {
        $user = New-TestUser $cluster nobody -Namespace $namespace
        $run = Invoke-Runbook Runbook-KubernetesRotation.ps1 ('-Kubeconfig', $user, '-Namespace', $namespace)
        $run.ExitCode | Should -Be 2
        $run.Errors | Should -Match 'KubernetesForbidden: .*nobody.*list.*secrets'
    }
}

Describe 'Runbook-KubernetesCopy.ps1' {
    BeforeAll {
        $other = Get-TestCluster -Own
        if ($cluster.KubeconfigPath -and $other.KubeconfigPath) {
            # Both in one file, as people have them.
            $both = [ordered]@{ apiVersion = 'v1'; kind = 'Config'; clusters = @(); users = @(); contexts = @() }
            foreach ($each in @{ Context = 'from'; Cluster = $cluster }, @{ Context = 'to'; Cluster = $other }) {
                $config = Invoke-Kubectl $each.Cluster config, view, --raw, --minify, -o, json | ConvertFrom-Json
                $both.clusters += @{ name = $each.Context; cluster = $config.clusters[0].cluster }
                $both.users += @{ name = $each.Context; user = $config.users[0].user }
                $both.contexts += @{ name = $each.Context; context = @{ cluster = $each.Context; user = $each.Context } }
            }
            $kubeconfig = Join-Path $TestDrive 'both.kubeconfig'
            $both | ConvertTo-Json -Depth 9 | Set-Content $kubeconfig
            if (-not $IsWindows) { chmod 600 $kubeconfig }
        }
    }

    AfterAll { Remove-TestCluster $other }

    BeforeEach {
        Skip-WithoutCluster $cluster
        Skip-WithoutCluster $other -Own
        $namespace = New-TestNamespace $cluster
        $null = Invoke-Kubectl $other create, namespace, $namespace
        $source = New-Inventory $namespace
        $destination = Connect-MeshStore -Kubernetes -Kubeconfig $kubeconfig -Context to -Namespace $namespace -Name "to-$namespace" -NoDefault
        $arguments = '-Kubeconfig', $kubeconfig, '-From', 'from', '-To', 'to', '-Namespace', $namespace
    }

    It 'copies from one API server to the other, and is done the second time' {
        $run = Invoke-Runbook Runbook-KubernetesCopy.ps1 ($arguments + '-Name', 'due,fresh')
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $there = Get-MeshTlsKey -Store $destination
        $there.Name | Sort-Object | Should -Be 'due', 'fresh'
        $there.Thumbprint | Sort-Object | Should -Be ((Get-MeshTlsKey -Store $source).Thumbprint | Sort-Object)

        $versions = $there | ForEach-Object ResourceVersion
        $run = Invoke-Runbook Runbook-KubernetesCopy.ps1 ($arguments + '-Name', 'due,fresh')
        $run.ExitCode | Should -Be 0
        Get-MeshTlsKey -Store $destination | ForEach-Object ResourceVersion | Should -Be $versions
    }

    It 'writes nothing if one of them is refused' {
        $null = New-MeshTlsKey due -Issuer (New-MeshCa other-ca -Store $destination).Name -DnsName other.svc -Store $destination
        $run = Invoke-Runbook Runbook-KubernetesCopy.ps1 ($arguments + '-Name', 'due,fresh')
        $run.ExitCode | Should -Be 2
        $run.Errors | Should -Match 'SecretExists'
        Get-MeshTlsKey fresh -Namespace $namespace -Store $destination -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'overwrites what differs when it is told to' {
        $null = New-MeshTlsKey due -Issuer (New-MeshCa other-ca -Store $destination).Name -DnsName other.svc -Store $destination
        $run = Invoke-Runbook Runbook-KubernetesCopy.ps1 ($arguments + '-Name', 'due,fresh', '-Force')
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        (Get-MeshTlsKey due -Namespace $namespace -Store $destination).Thumbprint |
            Should -Be (Get-MeshTlsKey due -Namespace $namespace -Store $source).Thumbprint
    }

    It 'leaks no key' {
        $run = Invoke-Runbook Runbook-KubernetesCopy.ps1 ($arguments + '-Name', 'due,fresh')
        $key = Get-MeshSecret due -Namespace $namespace -Key tls.key -AsPlainText -Store $source
        $run.Output + $run.Errors | Should -Not -Match 'PRIVATE KEY'
        $run.Output + $run.Errors | Should -Not -Match ([regex]::Escape(($key -split "`n")[1]))
    }
}

Describe 'README' {
    It 'has a session with a cluster whose commands give what it says' {
        Skip-WithoutCluster $cluster
        if (-not $cluster.Folder) { Set-ItResult -Skipped -Because 'this makes a namespace called shop' }
        $null = Invoke-Kubectl $cluster create, namespace, shop
        try {
            $session = [regex]::Match((Get-Content (Join-Path $root 'README.md') -Raw), '(?ms)^```console\r?\n(PS> .*?)^```').Groups[1].Value.ReplaceLineEndings("`n")
            $kubeconfig = Join-Path $TestDrive 'kind.kubeconfig'
            Invoke-Kubectl $cluster config, view, --raw, --minify | Set-Content $kubeconfig
            $null = Invoke-Kubectl $cluster config, rename-context, (Invoke-Kubectl $cluster config, current-context), kind-mesh -KubeconfigPath $kubeconfig
            if (-not $IsWindows) { chmod 600 $kubeconfig }
            $lines = @("Import-Module '$root/MeshSecrets.psd1'", "`$env:KUBECONFIG = '$kubeconfig'", "`$env:PATH = '$(Split-Path $cluster.Kubectl):' + `$env:PATH")
            foreach ($command in [regex]::Matches($session, '(?m)^PS> (.*(?:\n>> .*)*)').ForEach({ $_.Groups[1].Value })) {
                $lines += "@'`nPS> $command`n'@"
                $lines += "& { $($command -replace "`n>> ", "`n") } 2>&1 | Out-String -Width 80"
            }

            Set-Content (Join-Path $TestDrive 'session.ps1') ($lines -join "`n")
            $actual = & $pwsh -NoProfile -NonInteractive -File (Join-Path $TestDrive 'session.ps1')
            $comparable = { ($args[0] -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }) -join "`n" }
            & $comparable ($actual -join "`n") | Should -Be (& $comparable $session)
        }
        finally {
            $null = Invoke-Kubectl $cluster delete, namespace, shop, --wait=false
        }
    }
}
