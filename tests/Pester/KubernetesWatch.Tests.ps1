# Watching a real cluster from PowerShell: what people see, and how a watch ends.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1') -Force
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster
}

AfterAll {
    Disconnect-MeshStore *
    Remove-TestCluster $cluster
}

Describe 'watching a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster
        $namespace = New-TestNamespace $cluster
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Name "watched-$namespace"
        $in = @{ Namespace = $namespace; Store = $store }
    }

    AfterEach { if ($store) { Disconnect-MeshStore $store } }

    It 'tells what is there, and ends after so many events' {
        $null = New-MeshSecret a 1 @in
        $null = New-MeshSecret b 1 @in
        $events = Watch-MeshSecret ?, none* @in -IncludePresent -MaxEvents 2
        $events.Name | Should -Be a, b
        $events.EventType | Should -Be Present, Present
        $events[0].Namespace | Should -Be $namespace
        $events[0] | Get-MeshSecret -AsPlainText | Should -Be '1'
        $events[0] | Should -BeOfType MeshSecrets.MeshSecretEvent
    }

    It 'knows the wildcards of PowerShell' {
        'a1', 'b1', 'c1' | ForEach-Object { $null = New-MeshSecret $_ 1 @in }
        (Watch-MeshSecret '[ab]*' @in -IncludePresent -MaxEvents 2).Name | Should -Be a1, b1
        (Watch-MeshSecret 'C*' @in -IncludePresent -MaxEvents 1).Name | Should -Be c1
    }

    It 'tells of changes as they happen, those of kubectl too' {
        $null = New-MeshSecret a 1 @in -Label @{ team = 'x' }
        $events = [Collections.Generic.List[object]]::new()
        Watch-MeshSecret @in -Label @{ team = '*' } -IncludePresent | ForEach-Object {
            $events.Add($_)
            switch ($events.Count) {
                1 { $null = Set-MeshSecret a 2 @in }
                2 { $null = Invoke-Kubectl $cluster label, secret, a, -n, $namespace, team=y, --overwrite }
                3 { $null = Invoke-Kubectl $cluster delete, secret, a, -n, $namespace }
            }
            $_
        } | Select-Object -First 4 | Out-Null
        $events.EventType | Should -Be Present, Changed, Changed, Removed
        $events[2].Labels['team'] | Should -Be y
    }

    It 'ends when its time is over, without an error' {
        $null = New-MeshSecret a 1 @in
        Watch-MeshSecret @in -Timeout 1s | Should -BeNullOrEmpty
    }

    It 'ends at once when it is stopped' {
        $null = New-MeshSecret a 1 @in
        $shell = [powershell]::Create().AddScript("Import-Module '$((Get-Module MeshSecrets).Path)'; Watch-MeshSecret -Store `$args[0] -Namespace `$args[1] -IncludePresent").AddArgument($store).AddArgument($namespace)
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $run = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        $limit = [DateTime]::UtcNow.AddMinutes(1)
        while ($output.Count -eq 0 -and [DateTime]::UtcNow -lt $limit) { $null = $run.AsyncWaitHandle.WaitOne(50) }
        $output.Count | Should -BeGreaterThan 0
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $shell.Dispose()
    }

    It 'says what a user may not do' {
        Skip-WithoutCluster $cluster -Own
        $erin = Connect-MeshStore -Kubernetes -Kubeconfig (New-TestUser $cluster erin) -Name "erin-$namespace"
        $null = Watch-MeshSecret -Store $erin -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'KubernetesForbidden,*'
        $failed[0].Exception.Message | Should -BeLike "*'erin' may not list secrets in all namespaces*"
        Disconnect-MeshStore $erin
    }

    It 'tells certificates as issued, rotated, expiring and removed' {
        $null = New-MeshCa ca @in
        $null = New-MeshTlsKey web @in -Issuer ca -DnsName web.example.com -ValidFor 10d
        $events = [Collections.Generic.List[object]]::new()
        Watch-MeshCertificate @in -IncludePresent -ExpiresWithin 5d | ForEach-Object {
            $events.Add($_)
            switch ($events.Count) {
                2 { $null = New-MeshTlsKey brief @in -Issuer ca -DnsName brief.example.com -ValidFor 2d }
                4 { $null = Invoke-MeshCertRotation web @in -Force }
                5 { $null = Remove-MeshTlsKey web @in -Force -Confirm:$false }
            }
            $_
        } | Select-Object -First 6 | Out-Null
        ($events | ForEach-Object { "$($_.EventType) $($_.Name)" }) | Should -Be 'Present ca', 'Present web', 'Issued brief', 'Expiring brief', 'Rotated web', 'Removed web'
        $events[4].OldThumbprint | Should -Be $events[1].Thumbprint
        $events[4].Thumbprint | Should -Not -Be $events[4].OldThumbprint
        $events[5].Thumbprint | Should -Be $events[4].Thumbprint
        $events[3] | Get-MeshTlsKey | ForEach-Object Name | Should -Be brief
    }

    It 'lets no value out' {
        $planted = 'a value that nobody may see'
        $null = New-MeshSecret a $planted @in
        $null = Invoke-Kubectl $cluster create, secret, generic, foreign, -n, $namespace, "--from-literal=value=$planted"
        $said = & { Watch-MeshSecret a, foreign @in -IncludePresent -MaxEvents 2 -Verbose -Debug; Watch-MeshCertificate @in -IncludePresent -Timeout 1s -Verbose } *>&1
        $text = ($said | Format-List * -Force | Out-String -Width 9999) + ($said | ConvertTo-Json -Depth 5 -WarningAction Ignore)
        $text | Should -BeLike '*foreign*'
        $text | Should -Not -BeLike "*$planted*"
        $text | Should -Not -BeLike "*$([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($planted)))*"
    }

    It 'shows in a table of 80 columns' {
        $null = New-MeshSecret a 1 @in
        $lines = Watch-MeshSecret a @in -IncludePresent -MaxEvents 1 | Format-Table | Out-String -Width 200 -Stream
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }
}

Describe 'watching a store in a folder' {
    It 'is refused' {
        $folder = Connect-MeshStore (Join-Path $TestDrive store) -Create
        foreach ($cmdlet in 'Watch-MeshSecret', 'Watch-MeshCertificate') {
            & $cmdlet -Store $folder -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'StoreLacksAbility,*'
        }
    }
}
