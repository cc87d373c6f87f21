# Rotations by several processes of PowerShell, one of which dies, on an API server that dies: a cluster of this file's own.
BeforeAll {
    $module = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1'
    Import-Module $module
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster -Own

    # What a runner does: it connects, says so, begins when it is told to, and tells of each thing in a line of JSON.
    $runner = Join-Path $TestDrive runner.ps1
    @'
param($Module, $Kubeconfig, [string[]] $Namespace)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$null = Connect-MeshStore -Kubernetes -Kubeconfig $Kubeconfig -Namespace $Namespace.Split(',')
[Console]::Out.WriteLine('connected')
$null = [Console]::In.ReadLine()
Invoke-MeshCertRotation -Before 2h -Verbose -ErrorAction Continue *>&1 | ForEach-Object {
    $told = $_
    $line = switch ($told) {
        { $_ -is [Management.Automation.VerboseRecord] } { @{ Verbose = "$_" } }
        { $_ -is [Management.Automation.WarningRecord] } { @{ Warning = "$_" } }
        { $_ -is [Management.Automation.ErrorRecord] } { @{ ErrorId = $_.FullyQualifiedErrorId; Said = "$_" } }
        default { @{ Status = $_.Status; Key = "$($_.Namespace)/$($_.Name)"; Thumbprint = $_.Thumbprint } }
    }
    [Console]::Out.WriteLine((ConvertTo-Json $line -Compress))
}
'@ | Set-Content $runner

    function Start-Runner([string[]] $Namespace) {
        $start = [Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
        '-NoProfile', '-NonInteractive', '-File', $runner, $module, $cluster.KubeconfigPath, ($Namespace -join ',') | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $process = [Diagnostics.Process]::Start($start)
        $process.StandardOutput.ReadLine() | Should -Be connected
        $process
    }

    # What a runner tells, line by line, until so many renewals were told or it ends.
    function Read-Runner([Diagnostics.Process] $Process, [int] $Renewals = [int]::MaxValue) {
        while ($Renewals -gt 0 -and ($line = $Process.StandardOutput.ReadLine())) {
            $told = ConvertFrom-Json $line
            if ($told.Status -eq 'Renewed') { $Renewals-- }
            $told
        }
    }

    # Keys that end in an hour, in a namespace with an authority; renewed they last for 90 days.
    function New-DueKey([string] $Namespace, [int] $Count) {
        $in = @{ Namespace = $Namespace; Store = $store }
        $null = New-MeshCa mesh-ca @in
        $null = 1..$Count | ForEach-Object { [pscustomobject]@{ Name = "key-$_"; DnsName = "key-$_.shop" } } | New-MeshTlsKey @in -Issuer mesh-ca -ValidFor 1h
        $null = Invoke-Kubectl $cluster annotate, secrets, -n, $Namespace, '--field-selector=type=kubernetes.io/tls', --overwrite, 'meshsecrets.io/valid-for=90d'
    }

    # The TLS keys as the server has them, none of them half-written: key, thumbprint, resource version.
    function Get-WholeKey([string[]] $Namespace) {
        $keys = @{}
        foreach ($each in $Namespace) {
            foreach ($secret in (Invoke-Kubectl $cluster get, secrets, -n, $each, '--field-selector=type=kubernetes.io/tls', -o, json | ConvertFrom-Json -AsHashtable).items) {
                $pem = 'tls.crt', 'tls.key' | ForEach-Object { [Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($secret.data[$_])) }
                # It throws if the key is not that of the certificate.
                $pair = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($pem[0], $pem[1])
                $secret.metadata.annotations['certificate.meshsecrets.io/serial-number'].TrimStart('0') | Should -Be $pair.SerialNumber.TrimStart('0')
                $thumbprint = $pair.GetCertHashString([Security.Cryptography.HashAlgorithmName]::SHA256)
                $keys["$each/$($secret.metadata.name)"] = [pscustomobject]@{ Thumbprint = $thumbprint; ResourceVersion = $secret.metadata.resourceVersion }
            }
        }
        $keys
    }

    function Get-Holder([string] $Namespace) { Invoke-Kubectl $cluster get, lease, meshsecrets-rotation, -n, $Namespace, -o, 'jsonpath={.spec.holderIdentity}' }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe 'Rotations in processes of their own' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $processes = [Collections.Generic.List[Diagnostics.Process]]::new()
        $namespaces = @(New-TestNamespace $cluster; New-TestNamespace $cluster)
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespaces -Name "of-$($namespaces[0])"
    }

    AfterEach {
        foreach ($process in $processes) {
            if (-not $process.HasExited) { $process.Kill() }
            $process.WaitForExit()
            $process.Dispose()
        }
    }

    It 'renew each key once when two start together' {
        $namespaces | ForEach-Object { New-DueKey $_ 30 }
        $before = Get-WholeKey $namespaces
        $before.Count | Should -Be 60
        1..2 | ForEach-Object { $processes.Add((Start-Runner $namespaces)) }
        $processes | ForEach-Object { $_.StandardInput.WriteLine() }
        $told = $processes | ForEach-Object { , @(Read-Runner $_) }
        $processes | ForEach-Object { $_.WaitForExit() }

        $processes.ExitCode | Should -Be 0, 0
        $all = @($told[0]; $told[1])
        $all | Where-Object ErrorId | Should -BeNullOrEmpty
        $all.Status | Where-Object { $_ -notin $null, 'Renewed', 'Superseded' } | Should -BeNullOrEmpty
        $renewed = @($all | Where-Object Status -EQ Renewed)
        $renewed.Count | Should -Be 60
        $after = Get-WholeKey $namespaces
        $renewed.Key | Sort-Object | Should -Be ($after.Keys | Sort-Object)
        foreach ($result in $renewed) {
            $after[$result.Key].Thumbprint | Should -Be $result.Thumbprint -Because 'nobody renewed it again'
            $result.Thumbprint | Should -Not -Be $before[$result.Key].Thumbprint
        }
        $namespaces | ForEach-Object { Get-Holder $_ | Should -BeNullOrEmpty }
        Invoke-MeshCertRotation -Store $store -Before 2h | Should -BeNullOrEmpty
    }

    It 'of which one is killed are ended by the next one, which issues nothing again' {
        $at = $namespaces[0]
        New-DueKey $at 200
        $before = Get-WholeKey $at
        $processes.Add((Start-Runner $at))
        $processes[0].StandardInput.WriteLine()
        $told = @(Read-Runner $processes[0] -Renewals 5)
        $processes[0].Kill()
        $processes[0].WaitForExit()
        $told += @(Read-Runner $processes[0])

        $left = Get-WholeKey $at
        $left.Count | Should -Be 200
        $stored = @($left.Keys | Where-Object { $left[$_].Thumbprint -ne $before[$_].Thumbprint })
        $stored.Count | Should -BeGreaterOrEqual 5
        $stored.Count | Should -BeLessThan 200
        $told | Where-Object Status -EQ Renewed | ForEach-Object { $left[$_.Key].Thumbprint | Should -Be $_.Thumbprint }
        $holder = Get-Holder $at
        $holder | Should -BeLike "$([Environment]::UserName)@*"

        # Who does not wait for long is told whose end to wait for, and for how long.
        $impatient = Invoke-MeshCertRotation -Store $store -Before 2h -WaitFor 1s -ErrorAction SilentlyContinue -ErrorVariable failed
        $impatient.Count | Should -Be (200 - $stored.Count)
        $impatient.ErrorId | Select-Object -Unique | Should -Be LeaseHeld
        "$($failed[0])" | Should -BeLike "*'$holder' holds the lease meshsecrets-rotation in namespace $at*loses it 60 s after*"

        # Who waits takes over. (The dead one's lease is made a short one: the test need not wait for a minute.)
        $null = Invoke-Kubectl $cluster patch, lease, meshsecrets-rotation, -n, $at, '--type=merge', -p, '{"spec":{"leaseDurationSeconds":3}}'
        $processes.Add((Start-Runner $at))
        $processes[1].StandardInput.WriteLine()
        $rest = @(Read-Runner $processes[1])
        ($rest.Warning -like "Waiting for at most 5m, until *Z. '$holder' holds*").Count | Should -Be 1
        $rest | Where-Object ErrorId | Should -BeNullOrEmpty
        $renewed = @($rest | Where-Object Status)
        $renewed.Status | Select-Object -Unique | Should -Be Renewed
        $renewed.Key | Sort-Object | Should -Be ($left.Keys | Where-Object { $_ -notin $stored } | Sort-Object)
        $after = Get-WholeKey $at
        $stored | ForEach-Object { $after[$_].ResourceVersion | Should -Be $left[$_].ResourceVersion }
        $renewed | ForEach-Object { $after[$_.Key].Thumbprint | Should -Be $_.Thumbprint }
        Get-Holder $at | Should -BeNullOrEmpty
        Invoke-MeshCertRotation -Store $store -Before 2h | Should -BeNullOrEmpty
    }

    It 'say with -WhatIf of what cannot be stored why, and issue nothing for it' {
        $at = $namespaces[0]
        New-DueKey $at 4
        $null = Invoke-Kubectl $cluster patch, secret, key-1, -n, $at, -p, '{"immutable":true}'
        $null = Invoke-Kubectl $cluster annotate, secret, key-3, -n, $at, 'certificate.meshsecrets.io/not-after=2020-01-01T00:00:00Z', --overwrite
        $null = Invoke-Kubectl $cluster patch, secret, key-4, -n, $at, -p, '{"metadata":{"finalizers":["example.com/keep"]}}'
        $null = Invoke-Kubectl $cluster delete, secret, key-4, -n, $at, '--wait=false'
        $null = Invoke-Kubectl $cluster patch, secret, key-2, -n, $at, --field-manager=argocd, -p, "{`"data`":{`"tls.crt`":`"$(Invoke-Kubectl $cluster get, secret, key-3, -n, $at, -o, 'jsonpath={.data.tls\.crt}')`"}}"
        $plan = Invoke-MeshCertRotation -Store $store -Before 2h -WhatIf
        $plan.ForEach({ "$($_.Name) $($_.Status) $($_.ErrorId)".Trim() }) | Should -Be 'key-1 Failed SecretImmutable', 'key-2 Failed FieldManagerConflict', 'key-3 Planned'
        $plan[1].ErrorMessage | Should -BeLike "*data.tls.crt belongs to the field manager 'argocd'*"
        $done = Invoke-MeshCertRotation -Store $store -Before 2h -ErrorAction SilentlyContinue
        ($done | Sort-Object Name).ForEach({ "$($_.Name) $($_.Status) $($_.ErrorId)".Trim() }) | Should -Be 'key-1 Failed SecretImmutable', 'key-2 Failed FieldManagerConflict', 'key-3 Renewed'
        $null = Invoke-Kubectl $cluster patch, secret, key-4, -n, $at, -p, '{"metadata":{"finalizers":null}}'
    }

    It 'go on when the API server was killed and is back' {
        $at = $namespaces[0]
        New-DueKey $at 300
        $processes.Add((Start-Runner $at))
        $processes[0].StandardInput.WriteLine()
        $told = @(Read-Runner $processes[0] -Renewals 20)
        $null = Invoke-TestCluster $cluster kill-apiserver
        $null = Invoke-TestCluster $cluster start-apiserver
        $told += @(Read-Runner $processes[0])
        $processes[0].WaitForExit()

        $processes[0].ExitCode | Should -Be 0
        $told | Where-Object ErrorId | Should -BeNullOrEmpty
        $renewed = @($told | Where-Object Status)
        $renewed.Status | Select-Object -Unique | Should -Be Renewed
        ($renewed.Key | Sort-Object -Unique).Count | Should -Be 300
        $renewed.Count | Should -Be 300
        $told.Verbose -match 'HttpRequestException|ConnectionError|refused|Exception' | Should -Not -BeNullOrEmpty -Because 'it met the server that was gone'
        $after = Get-WholeKey $at
        $renewed | ForEach-Object { $after[$_.Key].Thumbprint | Should -Be $_.Thumbprint }
        Get-Holder $at | Should -BeNullOrEmpty
    }
}
