# Broken material: found, proposed, proven, written.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $documents = Join-Path (Split-Path $PSScriptRoot) 'MeshSecrets.Tests/Documents'
    $null = New-MeshCa mesh-ca
    $null = New-MeshTlsKey web -Issuer mesh-ca -DnsName web.example
    $sound = (New-Item -ItemType Directory (Join-Path $TestDrive 'sound')).FullName
    $null = Export-MeshTlsKey web $sound -IncludePrivateKey

    # A folder with tls.crt, tls.key and ca.crt, in each of which a character is one too many.
    function New-Broken([string] $Name) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $Name)).FullName
        foreach ($file in 'tls.crt', 'tls.key', 'ca.crt') {
            [IO.File]::WriteAllText("$folder/$file", (Get-Content "$sound/$file" -Raw).Insert(90, 's'))
        }

        $folder
    }

    function Get-Bytes([string] $Path) { [Convert]::ToHexString([IO.File]::ReadAllBytes($Path)) }
}

AfterAll { Get-MeshStore | Disconnect-MeshStore }

Describe 'Repair-MeshSecret on files' {
    It 'finds nothing wrong with what is sound' {
        $found = Repair-MeshSecret $sound -Apply
        $found.Status | Select-Object -Unique | Should -Be 'Sound'
        @($found).Count | Should -Be 3
        $found.FaultId | Should -BeNullOrEmpty
        Get-ChildItem $sound -Filter *.bak* | Should -BeNullOrEmpty
    }

    It 'reports, and changes nothing' {
        $folder = New-Broken reported
        $before = Get-ChildItem $folder | ForEach-Object { Get-Bytes $_ }
        $found = Repair-MeshSecret $folder
        $found.Status | Select-Object -Unique | Should -Be 'Proposed'
        $found.IsProven | Should -Not -Contain $false
        ($found | Where-Object Kind -EQ 'PrivateKey').Proof | Should -Be 'KeyConsistent, SamePublicKey'
        ($found | Where-Object Path -Like '*ca.crt').Proof | Should -Be 'SignatureVerified'
        $found.FaultId | Select-Object -Unique | Should -Be 'PemStrayCharacter'
        Get-ChildItem $folder | ForEach-Object { Get-Bytes $_ } | Should -Be $before
    }

    It 'writes what is proven, keeps the original beside it, and its first one for ever' {
        $folder = New-Broken applied
        $broken = Get-Bytes "$folder/tls.key"
        $found = Repair-MeshSecret "$folder/*" -Apply
        $found.Status | Select-Object -Unique | Should -Be 'Mended'
        foreach ($file in 'tls.crt', 'tls.key', 'ca.crt') { Get-Bytes "$folder/$file" | Should -Be (Get-Bytes "$sound/$file") }
        Get-Bytes "$folder/tls.key.bak" | Should -Be $broken
        ($found | Where-Object Path -Like '*tls.key').BackupPath | Should -Be "$folder/tls.key.bak"
        if (-not $IsWindows) {
            foreach ($file in 'tls.key', 'tls.key.bak') { [int] (Get-Item "$folder/$file").UnixFileMode | Should -Be ([int] [IO.UnixFileMode] 'UserRead, UserWrite') }
        }

        Set-Content "$folder/tls.key" ("`u{FEFF}" + (Get-Content "$sound/tls.key" -Raw)) -NoNewline
        (Repair-MeshSecret $folder -Apply | Where-Object Path -Like '*tls.key').BackupPath | Should -Be "$folder/tls.key.bak1"
        Get-Bytes "$folder/tls.key.bak" | Should -Be $broken
    }

    It 'with -WhatIf writes nothing' {
        $folder = New-Broken whatif
        (Repair-MeshSecret $folder -Apply -WhatIf).Status | Select-Object -Unique | Should -Be 'Proposed'
        (Get-ChildItem $folder).Count | Should -Be 3
        Get-Bytes "$folder/tls.crt" | Should -Not -Be (Get-Bytes "$sound/tls.crt")
    }

    It 'with -Destination leaves the originals alone' {
        $folder = New-Broken from
        $to = (New-Item -ItemType Directory (Join-Path $TestDrive 'to')).FullName
        Get-ChildItem $folder | Repair-MeshSecret -Apply -Destination $to | Should -HaveCount 3
        Get-Bytes "$to/tls.crt" | Should -Be (Get-Bytes "$sound/tls.crt")
        (Get-ChildItem $folder).Count | Should -Be 3
        $null = Repair-MeshSecret "$folder/tls.key" -Apply -Destination "$to/other.key"
        Get-Bytes "$to/other.key" | Should -Be (Get-Bytes "$sound/tls.key")
        $null = Repair-MeshSecret "$folder/tls.key" -Apply -Destination "$to/other.key" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        { Repair-MeshSecret "$folder/tls.*" -Apply -Destination "$to/none.pem" -ErrorAction Stop } | Should -Throw -ErrorId 'RepairDestinationNotFolder,*'
    }

    It 'takes <Written> for a folder that is yet to be made' -ForEach @{ Written = 'made' }, @{ Written = 'made.d/' } {
        $folder = New-Broken "to-$($Written.Length)"
        $null = Repair-MeshSecret "$folder/tls.key" -Apply -Destination "$folder/$Written"
        Get-Bytes "$folder/$Written/tls.key" | Should -Be (Get-Bytes "$sound/tls.key")
        $null = Repair-MeshSecret "$folder/tls.crt", "$folder/tls.key", "$folder/ca.crt" -Apply -Destination "$folder/$Written" -Force
        Get-Bytes "$folder/$Written/tls.crt" | Should -Be (Get-Bytes "$sound/tls.crt")
    }

    It 'with -Force replaces what was there, but neither the original nor what it just wrote' {
        $folder = New-Broken forced
        $second = New-Broken forced2
        Set-Content "$TestDrive/there.key" 'older'
        $null = Repair-MeshSecret "$folder/tls.key" -Apply -Destination "$TestDrive/there.key" -Force -WhatIf
        Get-Content "$TestDrive/there.key" | Should -Be 'older'
        $null = Repair-MeshSecret "$folder/tls.key" -Apply -Destination "$TestDrive/there.key" -Force
        Get-Bytes "$TestDrive/there.key" | Should -Be (Get-Bytes "$sound/tls.key")
        { Repair-MeshSecret "$folder/tls.key" -Apply -Destination $folder -Force -ErrorAction Stop } | Should -Throw -ErrorId 'RepairDestinationIsSource,*'
        { Repair-MeshSecret "$folder/tls.key", "$second/tls.key" -Apply -Destination "$TestDrive/both" -Force -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,*'
    }

    It 'writes nothing of a group in which something is not proven' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'unproven')).FullName
        $chain = (Get-Content "$sound/tls.crt" -Raw) -split '(?<=-----END CERTIFICATE-----\n)'
        Set-Content "$folder/alone.crt" $chain[0].Insert(90, 's') -NoNewline
        $null = New-MeshCertificateRequest -KeyPath "$folder/tls.key" -DnsName other.example -OutFile "$TestDrive/other.csr"
        Set-Content "$folder/tls.key" ("`u{FEFF}" + (Get-Content "$folder/tls.key" -Raw)) -NoNewline
        $before = Get-Bytes "$folder/tls.key"
        $found = Repair-MeshSecret $folder -Apply -ErrorVariable failed -ErrorAction SilentlyContinue
        ($found | Where-Object Path -Like '*alone.crt').IsProven | Should -BeFalse
        $failed.FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike 'RepairUnproven,*'
        @($failed).Count | Should -Be 2
        Get-Bytes "$folder/tls.key" | Should -Be $before
    }

    It 'writes the files of one folder, whatever is broken in another' {
        $folder = New-Broken beside
        $lost = (New-Item -ItemType Directory (Join-Path $TestDrive 'lost')).FullName
        Set-Content "$lost/page.crt" '<html>Sign in</html>'
        $found = Repair-MeshSecret $folder, $lost -Apply -ErrorVariable failed -ErrorAction SilentlyContinue
        ($found | Where-Object Status -EQ 'Mended').Path | Split-Path -Leaf | Sort-Object | Should -Be 'ca.crt', 'tls.crt', 'tls.key'
        @($failed).FullyQualifiedErrorId | Should -BeLike 'RepairImpossible,*'
        Get-Bytes "$folder/tls.key" | Should -Be (Get-Bytes "$sound/tls.key")
    }

    It 'does not write a certificate that its issuer did not sign so' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'altered')).FullName
        Copy-Item "$sound/ca.crt" $folder
        $der = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((Get-Content "$sound/tls.crt" -Raw)).RawData
        $der[20] = $der[20] -bxor 1 # Within the serial number.
        Set-Content "$folder/tls.crt" "`u{FEFF}$([Security.Cryptography.PemEncoding]::WriteString('CERTIFICATE', $der))"
        $before = Get-Bytes "$folder/tls.crt"
        $found = Repair-MeshSecret $folder -Apply -ErrorVariable failed -ErrorAction SilentlyContinue
        ($found | Where-Object Path -Like '*tls.crt').FaultId | Should -Be 'PemByteOrderMark', 'CertificateNotProven'
        $failed.FullyQualifiedErrorId | Should -BeLike 'RepairImpossible,*'
        Get-Bytes "$folder/tls.crt" | Should -Be $before
    }

    It 'says what nothing mends' {
        Set-Content "$TestDrive/page.crt" '<html>Sign in</html>'
        $found = Repair-MeshSecret "$TestDrive/page.crt" -Apply -ErrorVariable failed -ErrorAction SilentlyContinue
        $found.Status | Should -Be 'Unmendable'
        $found.FaultId | Should -Be 'MaterialIsHtml'
        $found.Mend | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'RepairImpossible,*'
    }

    It 'does not write over other text around the material' {
        $config = "$TestDrive/values.yaml"
        Set-Content $config "replicas: 2`ncert: |`n  $((Get-Content "$sound/ca.crt") -join "`n  ")`n"
        $found = Repair-MeshSecret $config -Apply -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -BeLike 'RepairLosesText,*'
        $found.IsProven | Should -BeTrue
        Get-Content $config | Select-Object -First 1 | Should -Be 'replicas: 2'
    }

    It 'passes over what is something else in a folder, and what a repair kept there' {
        $folder = New-Broken mixed
        Set-Content "$folder/notes.txt" 'Nothing to see here.'
        Set-Content "$folder/old.key.bak" 'broken'
        @(Repair-MeshSecret $folder).Count | Should -Be 3
    }

    It 'refuses what is larger than any material' {
        $large = [IO.File]::Create("$TestDrive/large.pem")
        $large.SetLength(17MB)
        $large.Dispose()
        { Repair-MeshSecret "$TestDrive/large.pem" -ErrorAction Stop } | Should -Throw -ErrorId 'MaterialTooLarge,*'
        Remove-Item "$TestDrive/large.pem"
    }

    It 'refuses a path that is not there' {
        { Repair-MeshSecret "$TestDrive/none" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
    }
}

Describe 'Repair-MeshSecret on text' {
    It 'takes lines as Get-Content writes them' {
        $folder = New-Broken text
        $found = Get-Content "$folder/tls.key" | Repair-MeshSecret
        $found.Kind, $found.Status, $found.Proof | Should -Be 'PrivateKey', 'Proposed', 'KeyConsistent'
    }

    It 'needs a destination to write it' {
        { 'text' | Repair-MeshSecret -Apply -ErrorAction Stop } | Should -Throw -ErrorId 'RepairDestinationMissing,*'
        $target = "$TestDrive/from-text.key"
        $found = Get-Content (Join-Path (New-Broken text2) tls.key) -Raw | Repair-MeshSecret -Apply -Destination $target
        $found.Status | Should -Be 'Mended'
        Get-Bytes $target | Should -Be (Get-Bytes "$sound/tls.key")
    }
}

Describe 'Repair-MeshSecret on manifests' {
    It 'restores the document''s four texts, and a certificate is issued for its request' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'document')).FullName
        Copy-Item "$documents/helloworld*", "$documents/secret001.yaml" $folder
        $found = Repair-MeshSecret $folder -Apply
        ($found | Where-Object Key -NE 'tls.crt').Status | Should -Be 'Mended', 'Mended', 'Mended'
        $found.PublicKeyThumbprint | Select-Object -Unique | Should -HaveCount 1
        ($found | Where-Object Key -EQ 'tls.crt').FaultId | Should -Be 'ManifestValueNotBase64', 'PemArmourMissing', 'CertificateExpectedRequestFound'
        $found.Kind | Sort-Object | Should -Be 'CertificateRequest', 'CertificateRequest', 'PrivateKey', 'PrivateKey'
        $issued = New-MeshCertificate -Path "$folder/helloworld.example.com.csr" -Issuer mesh-ca -DnsName helloworld.example.com -OutFile "$folder/new.crt"
        $issued | Should -Not -BeNullOrEmpty
        (Get-MeshCertificate "$folder/new.crt")[0].PublicKeyThumbprint | Should -Be $found[0].PublicKeyThumbprint
        (Get-MeshCertificate "$folder/secret001.yaml").PublicKeyThumbprint | Select-Object -Unique | Should -Be $found[0].PublicKeyThumbprint
    }

    It 'says that a fault remains, the first time and ever after, and the advice leads to a TLS key' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'advised')).FullName
        Copy-Item "$documents/secret001.yaml" "$folder/seed.yaml"
        $found = Repair-MeshSecret "$folder/seed.yaml" -Apply -Destination "$folder/fixed"
        $found.Status | Should -Be 'FaultRemains', 'Mended'
        $found[0].RemainingFaultId | Should -Be 'CertificateExpectedRequestFound'
        $found[1].RemainingFaultId | Should -BeNullOrEmpty
        ($found | Out-String) | Should -Match 'FaultRemains +True +CertificateExpec'

        $again = Repair-MeshSecret "$folder/fixed/seed.yaml" -Apply -ErrorAction Stop
        $again.Status | Should -Be 'FaultRemains', 'Sound'
        $again[0].FaultId | Should -Be 'CertificateExpectedRequestFound'
        Get-ChildItem "$folder/fixed" | Should -HaveCount 1

        { Import-MeshSecret "$folder/fixed" -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateExpectedRequestFound,*'
        $null = New-MeshCertificate -Path "$folder/fixed/seed.yaml" -Issuer mesh-ca -DnsName helloworld.example.com -OutFile "$folder/site.crt"
        (Get-Content "$folder/fixed/seed.yaml" -Raw | New-MeshCertificate -Issuer mesh-ca -DnsName helloworld.example.com).Subject | Should -Match 'helloworld'
        $key = New-MeshTlsKey advised -CertificatePath "$folder/site.crt" -KeyPath "$folder/fixed/seed.yaml"
        $key.DnsName | Should -Be 'helloworld.example.com'
        (Get-MeshCertificate "$folder/site.crt")[0].PublicKeyThumbprint | Should -Be $found[0].PublicKeyThumbprint
        Remove-MeshTlsKey advised -Purge -Confirm:$false
    }

    It 'tells the object and the key' {
        $found = Repair-MeshSecret "$documents/secret001.yaml"
        $found | ForEach-Object { "$($_.Namespace)/$($_.Name), $($_.Key)" } | Should -Be 'default/secret001, tls.crt', 'default/secret001, tls.key'
    }

    It 'leaves a manifest alone that holds no material' {
        Set-Content "$TestDrive/mesh.yaml" "kind: Mesh`nmetadata: { name: default }"
        Repair-MeshSecret "$TestDrive/mesh.yaml" -Apply | Should -BeNullOrEmpty
    }
}

Describe 'Repair-MeshSecret on the store' {
    BeforeEach {
        $null = New-MeshSecret salvage -Data @{ 'tls.key' = (Get-Content "$sound/tls.key" -Raw).Insert(70, 's'); 'tls.crt' = (Get-Content "$sound/tls.crt" -Raw).Insert(70, 's'); 'ca.crt' = [string] (Get-Content "$sound/ca.crt" -Raw); note = 'kept' }
    }

    AfterEach { Remove-MeshSecret salvage -Purge -Confirm:$false }

    It 'writes a new version, noted as a repair' {
        $found = Repair-MeshSecret -Name salv* -Apply
        ($found | Where-Object Status -EQ 'Mended').Key | Sort-Object | Should -Be 'tls.crt', 'tls.key'
        ($found | Where-Object Key -EQ 'ca.crt').Status | Should -Be 'Sound'
        Get-MeshSecret salvage -Key tls.key -AsPlainText | Should -Be (Get-Content "$sound/tls.key" -Raw)
        Get-MeshSecret salvage -Key note -AsPlainText | Should -Be 'kept'
        (Get-MeshSecret salvage).Version | Should -Be 2
        (Get-MeshStoreAudit | Where-Object Name -EQ 'salvage').Action | Should -Contain 'repair'
    }

    It 'reports from the pipeline, and changes nothing without -Apply' {
        $found = Get-MeshSecret salvage | Repair-MeshSecret
        $found.Name | Select-Object -Unique | Should -Be 'salvage'
        ($found | Where-Object Status -EQ 'Proposed').IsProven | Should -Be $true, $true
        Get-MeshSecret salvage | Repair-MeshSecret -Apply -WhatIf | Should -Not -BeNullOrEmpty
        (Get-MeshSecret salvage).Version | Should -Be 1
    }

    It 'writes to no file' {
        { Repair-MeshSecret -Name salvage -Destination $TestDrive -ErrorAction Stop } | Should -Throw -ErrorId 'RepairDestinationOfStored,*'
        { Get-MeshSecret salvage | Repair-MeshSecret -Destination $TestDrive -ErrorAction Stop } | Should -Throw -ErrorId 'RepairDestinationOfStored,*'
    }

    It 'refuses a name that is not there' {
        { Repair-MeshSecret -Name none -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
    }
}
