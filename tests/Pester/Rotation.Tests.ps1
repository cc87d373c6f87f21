# Renewing TLS keys that are due.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $null = New-MeshCa root
    $null = New-MeshCa mesh-ca -Issuer root
    $null = New-MeshCa other-ca -Issuer root
}

Describe 'Invoke-MeshCertRotation' {
    It 'renews what ends within -Before, and nothing else' {
        $due = New-MeshTlsKey due -Issuer mesh-ca -DnsName due.example -ValidFor 10d -Label @{ team = 'shop' }
        $fresh = New-MeshTlsKey fresh -Issuer mesh-ca -DnsName fresh.example -ValidFor 60d
        $result = Invoke-MeshCertRotation -Before 30d
        $result.Name | Should -Be 'due'
        $result.Status | Should -Be 'Renewed'
        $result.ReasonId | Should -Be 'EndIsNear'
        $result.OldThumbprint | Should -Be $due.Thumbprint
        $after = Get-MeshTlsKey due
        $after.Thumbprint | Should -Be $result.Thumbprint
        $after.DnsName | Should -Be 'due.example'
        $after.Labels['team'] | Should -Be 'shop'
        $after.Version | Should -Be 2
        (Get-MeshTlsKey fresh).Thumbprint | Should -Be $fresh.Thumbprint
    }

    It 'finds nothing due in what is new' {
        $null = New-MeshTlsKey new -Issuer mesh-ca -DnsName new.example -ValidFor 90d
        Invoke-MeshCertRotation new | Should -BeNullOrEmpty
    }

    It 'prints plan and reason with -WhatIf, and changes nothing' {
        $before = New-MeshTlsKey planned -Issuer mesh-ca -DnsName p.example -ValidFor 1d
        $plan = Invoke-MeshCertRotation planned -Before 2d -WhatIf
        $plan.Status | Should -Be 'Planned'
        $plan.Reason | Should -Match 'within 48h|within 2d'
        $plan.Thumbprint | Should -BeNullOrEmpty
        (Get-MeshTlsKey planned).Thumbprint | Should -Be $before.Thumbprint
    }

    It 'makes a new key, or keeps it with -ReuseKey' {
        $null = New-MeshTlsKey keyed -Issuer mesh-ca -DnsName k.example
        $first = (Get-MeshTlsKey keyed | Get-MeshCertificate)[0].PublicKeyThumbprint
        $null = Invoke-MeshCertRotation keyed -Force -ReuseKey
        (Get-MeshTlsKey keyed | Get-MeshCertificate)[0].PublicKeyThumbprint | Should -Be $first
        $null = Get-MeshTlsKey keyed | Invoke-MeshCertRotation -Force
        (Get-MeshTlsKey keyed | Get-MeshCertificate)[0].PublicKeyThumbprint | Should -Not -Be $first
    }

    It 'keeps profile, usages, SPIFFE ID and subject' {
        $before = New-MeshTlsKey kept -Issuer mesh-ca -SpiffeId spiffe://default/kept -DnsName kept.example -Uri kuma://zone/east -Subject 'CN=kept,O=Example' -ValidFor 1h
        $null = Invoke-MeshCertRotation kept -Force
        $after = Get-MeshTlsKey kept
        foreach ($property in 'Subject', 'SpiffeId', 'DnsName', 'Uri', 'KeyAlgorithm', 'Issuer') {
            $after.$property | Should -Be $before.$property
        }
        ($after.NotAfter - $after.NotBefore) | Should -Be ($before.NotAfter - $before.NotBefore)
        ($after | Get-MeshCertificate)[0].ExtendedKeyUsage | Should -Be 'serverAuth', 'clientAuth'
    }

    It 'goes on after a failure, and tells it at the end' {
        $null = New-MeshCa doomed
        1..3 | ForEach-Object { [pscustomobject]@{ Name = "mixed-$_"; DnsName = 'm.example' } } | New-MeshTlsKey -Issuer mesh-ca | Out-Null
        $lost = New-MeshTlsKey mixed-0 -Issuer doomed -DnsName m.example
        Remove-MeshCa doomed -Force -Confirm:$false
        $failed = $null
        $results = Invoke-MeshCertRotation mixed-* -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $results.Status | Should -Be 'Failed', 'Renewed', 'Renewed', 'Renewed'
        $results[0].ErrorId | Should -Be 'IssuerNotFound'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'IssuerNotFound,*'
        (Get-MeshTlsKey mixed-0).Thumbprint | Should -Be $lost.Thumbprint
    }

    It 'renews by another authority on request, also what was imported' {
        $folder = Join-Path $TestDrive 'imported'
        $null = New-MeshTlsKey original -Issuer mesh-ca -DnsName i.example | Export-MeshTlsKey -Path $folder -IncludePrivateKey
        $null = New-MeshTlsKey imported -CertificatePath $folder/tls.crt -KeyPath $folder/tls.key
        (Invoke-MeshCertRotation imported -Force -ErrorAction SilentlyContinue).ErrorId | Should -Be 'IssuerNotRecorded'
        (Invoke-MeshCertRotation imported -Force -Issuer other-ca).Status | Should -Be 'Renewed'
        $after = Get-MeshTlsKey imported
        $after.Issuer | Should -Be 'global/other-ca'
        $after.IssuerSubject | Should -Be 'CN=other-ca'
        ($after | Get-MeshCertificate)[0].ExtendedKeyUsage | Should -Be 'serverAuth'
    }

    It 'renews the rest before it says that a name is not there, and plans no renewal that must fail' {
        $null = New-MeshTlsKey there -Issuer mesh-ca -DnsName a.example
        { Invoke-MeshCertRotation not-there, there -Force -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
        (Get-MeshTlsKey there).Version | Should -Be 2
        $folder = Join-Path $TestDrive 'unplanned'
        $null = Get-MeshTlsKey there | Export-MeshTlsKey -Path $folder -IncludePrivateKey
        $null = New-MeshTlsKey unplanned -CertificatePath $folder/tls.crt -KeyPath $folder/tls.key
        $plan = Invoke-MeshCertRotation unplanned -Force -WhatIf
        "$($plan.Status) $($plan.ErrorId)" | Should -Be 'Failed IssuerNotRecorded'
    }

    It 'renews hundreds in batches, each once' {
        $null = 1..600 | ForEach-Object { [pscustomobject]@{ Name = "many-$_"; DnsName = "n$_.example" } } | New-MeshTlsKey -Issuer mesh-ca -ValidFor 1h
        $results = Invoke-MeshCertRotation many-* -Before 2h
        @($results | Where-Object Status -eq Renewed).Count | Should -Be 600
        (Get-MeshTlsKey many-*).Version | Sort-Object -Unique | Should -Be 2
    }

    It 'killed half-way leaves whole keys, and the next run ends the work' {
        $names = 1..2400 | ForEach-Object { "killed-$_" }
        $null = $names | ForEach-Object { [pscustomobject]@{ Name = $_; DnsName = "$_.example" } } | New-MeshTlsKey -Issuer mesh-ca -ValidFor 1h
        $module = (Get-Module MeshSecrets).Path
        $start = [Diagnostics.ProcessStartInfo]@{
            FileName               = (Get-Process -Id $PID).Path
            RedirectStandardOutput = $true
        }
        '-NoProfile', '-Command', "Import-Module '$module'; Invoke-MeshCertRotation killed-* -Before 2h | ForEach-Object Name" | ForEach-Object { $start.ArgumentList.Add($_) }
        $process = [Diagnostics.Process]::Start($start)
        $first = $process.StandardOutput.ReadLine() # The first batch is stored.
        $process.Kill()
        $acknowledged = @($first) + @($process.StandardOutput.ReadToEnd() -split "`n" | Where-Object { $_ -in $names })
        $process.WaitForExit()

        # A killed writer may leave lines of the trail unwritten and merged files in place; the next write completes both.
        Test-MeshStore | Where-Object FindingId -NotIn 'AuditIncomplete', 'FileUnknown' | Should -BeNullOrEmpty
        $half = Get-MeshTlsKey killed-*
        $half | Should -HaveCount 2400
        ($half | Where-Object Name -In $acknowledged).Version | Sort-Object -Unique | Should -Be 2
        $left = @($half | Where-Object Version -EQ 1).Count
        $left | Should -BeGreaterThan 0 -Because 'it was killed half-way'

        @($half | Where-Object Version -EQ 1 | Invoke-MeshCertRotation -Before 2h).Count | Should -Be $left
        (Get-MeshTlsKey killed-*).Version | Sort-Object -Unique | Should -Be 2
        Test-MeshStore -Quiet | Should -BeTrue
    }
}
