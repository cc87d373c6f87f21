# TLS keys: issued, taken over, listed, changed, exported, removed.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $openssl = (Get-Command openssl -CommandType Application -ErrorAction Ignore | Select-Object -First 1)?.Source
    $documents = Join-Path (Split-Path $PSScriptRoot) 'MeshSecrets.Tests/Documents'
    $null = New-MeshCa root
    $null = New-MeshCa mesh-ca -Issuer root
}

Describe 'New-MeshTlsKey' {
    It 'issues by default a server certificate of 90 days on P-256 in the mesh default' {
        $key = New-MeshTlsKey web -Issuer mesh-ca -DnsName web.example, *.web.example -Label @{ team = 'shop' }
        $key.Mesh | Should -Be 'default'
        $key.Issuer | Should -Be 'global/mesh-ca'
        $key.KeyAlgorithm | Should -Be 'P256'
        $key.Labels['team'] | Should -Be 'shop'
        $key.DataKeys | Should -Be 'ca.crt', 'tls.crt', 'tls.key'
        ($key.NotAfter - $key.NotBefore) | Should -Be ([timespan]::new(90, 0, 1, 0))
        $certificate = ($key | Get-MeshCertificate)[0]
        $certificate.ExtendedKeyUsage | Should -Be 'serverAuth'
        $certificate.KeyUsage | Should -Be 'DigitalSignature'
        $certificate.DnsName | Should -Be 'web.example', '*.web.example'
    }

    It 'takes a workload''s SPIFFE ID byte for byte, for a day' {
        $key = New-MeshTlsKey workload -Issuer mesh-ca -SpiffeId spiffe://default/ns/shop/sa/web
        $key.SpiffeId | Should -BeExactly 'spiffe://default/ns/shop/sa/web'
        $key.Subject | Should -BeNullOrEmpty
        ($key.NotAfter - $key.NotBefore).TotalHours | Should -BeLessThan 25
        ($key | Get-MeshCertificate)[0].ExtendedKeyUsage | Should -Be 'serverAuth', 'clientAuth'
    }

    It 'knows the kinds of a mesh: <Profile>' -ForEach @(
        @{ Profile = 'Service'; DnsName = 'bookstore-v2.bookstore.cluster.local'; Hours = 24 }
        @{ Profile = 'XdsBootstrap'; DnsName = '7b2359d7-f201-4d3f-a217-73fd6e44e39b.bookstore-v2.bookstore'; Hours = 43800 }
        @{ Profile = 'MutatingWebhook'; DnsName = 'osm-controller.osm-system.svc'; Hours = 43800 }
        @{ Profile = 'ValidatingWebhook'; DnsName = 'osm-config-validator.osm-system.svc'; Hours = 43800 }
    ) {
        $key = New-MeshTlsKey ("kind-" + $Profile.ToLowerInvariant()) -Issuer mesh-ca -Profile $Profile -DnsName $DnsName -WarningAction SilentlyContinue -WarningVariable warned
        $key.DnsName | Should -Be $DnsName
        $key.Subject | Should -Be "CN=$DnsName"
        [math]::Round(($key.NotAfter - $key.NotBefore).TotalHours) | Should -Be $Hours
        # Ten years are more than its authority has left: said, not hidden.
        [bool]$warned | Should -Be ($Hours -ne 24)
    }

    It 'makes a certificate of one''s own kind' {
        $key = New-MeshTlsKey custom -Issuer mesh-ca -Profile Custom -Subject 'CN=Signer' -KeyUsage DigitalSignature, NonRepudiation -ExtendedKeyUsage codeSigning, 1.2.3.4
        $certificate = ($key | Get-MeshCertificate)[0]
        $certificate.KeyUsage | Should -Be 'DigitalSignature', 'NonRepudiation'
        $certificate.ExtendedKeyUsage | Should -Be 'codeSigning', '1.2.3.4'
    }

    It 'issues on <_>' -ForEach 'P256', 'P384', 'Rsa2048' {
        $name = "on-$($_.ToLowerInvariant())"
        $key = New-MeshTlsKey $name -Issuer mesh-ca -DnsName a.example -KeyAlgorithm $_
        $key.KeyAlgorithm | Should -Be $_
        $usage = ($key | Get-MeshCertificate)[0].KeyUsage
        'KeyEncipherment' -in $usage | Should -Be ($_ -like 'Rsa*')
    }

    It 'takes durations as <Text>' -ForEach @(
        @{ Text = '36h'; Hours = 36 }, @{ Text = '1h30m'; Hours = 1.5 }, @{ Text = '1.5h'; Hours = 1.5 }, @{ Text = '2d'; Hours = 48 }
        @{ Text = 'P2D'; Hours = 48 }, @{ Text = 'PT90M'; Hours = 1.5 }, @{ Text = '1.12:00:00'; Hours = 36 }, @{ Text = [timespan]'02:00:00'; Hours = 2 }
    ) {
        $key = New-MeshTlsKey durations -Issuer mesh-ca -DnsName a.example -ValidFor $Text -Force
        ($key.NotAfter - $key.NotBefore).TotalMinutes | Should -Be ($Hours * 60 + 1)
    }

    It 'reads an unquoted 3d as days' {
        $key = New-MeshTlsKey durations -Issuer mesh-ca -DnsName a.example -ValidFor 3d -Force
        ($key.NotAfter - $key.NotBefore).Days | Should -Be 3
    }

    It 'issues a thousand from the pipeline, in order, each once' {
        $keys = 1..1000 | ForEach-Object { [pscustomobject]@{ Name = "bulk-$_"; DnsName = "n$_.bulk.example"; Namespace = 'bulk' } } | New-MeshTlsKey -Issuer mesh-ca
        $keys.Name | Should -Be (1..1000 | ForEach-Object { "bulk-$_" })
        $keys.SerialNumber | Sort-Object -Unique | Should -HaveCount 1000
        @(Get-MeshTlsKey -Namespace bulk).Count | Should -Be 1000
        $keys[0].Namespace | Should -Be 'bulk'
        $keys[0].Mesh | Should -BeNullOrEmpty
    }

    It 'goes on after a bad record' {
        $made = 'good-1', 'Bad Name', 'good-2' | ForEach-Object { [pscustomobject]@{ Name = $_; DnsName = 'a.example' } } |
            New-MeshTlsKey -Issuer mesh-ca -ErrorAction SilentlyContinue -ErrorVariable failed
        $made.Name | Should -Be 'good-1', 'good-2'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'SecretNameInvalid,*'
    }

    It 'keeps what came before an error that ends the command' {
        { 'kept-1', 'Bad Name', 'never' | ForEach-Object { [pscustomobject]@{ Name = $_; DnsName = 'a.example' } } | New-MeshTlsKey -Issuer mesh-ca -ErrorAction Stop } |
            Should -Throw -ErrorId 'SecretNameInvalid,*'
        (Get-MeshTlsKey kept-1).Name | Should -Be 'kept-1'
        Get-MeshTlsKey never -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'takes empty cells of a table for nothing' {
        $csv = "Name,DnsName,SpiffeId,ValidFor,Mesh`ncells,a.example,,,"
        $key = $csv | ConvertFrom-Csv | New-MeshTlsKey -Issuer mesh-ca
        "$($key.DnsName) $($key.Mesh)" | Should -Be 'a.example default'
    }

    It 'makes nothing with -WhatIf' {
        New-MeshTlsKey never -Issuer mesh-ca -DnsName a.example -WhatIf | Should -BeNullOrEmpty
        Get-MeshTlsKey never -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'no host name for a server'; Id = 'CertificateNameMissing'; Parameters = @{ Subject = 'CN=web' } }
        @{ Case = 'an IP address as DNS name'; Id = 'DnsNameInvalid'; Parameters = @{ DnsName = '10.0.0.1' } }
        @{ Case = 'a URL as DNS name'; Id = 'DnsNameInvalid'; Parameters = @{ DnsName = 'https://web.example' } }
        @{ Case = 'a wildcard in the middle'; Id = 'DnsNameInvalid'; Parameters = @{ DnsName = 'a.*.example' } }
        @{ Case = 'a bad SPIFFE ID'; Id = 'SpiffeIdInvalid'; Parameters = @{ SpiffeId = 'spiffe://default/a//b' } }
        @{ Case = 'a SPIFFE ID without path'; Id = 'SpiffeIdPathMissing'; Parameters = @{ SpiffeId = 'spiffe://default' } }
        @{ Case = 'two SPIFFE IDs'; Id = 'SpiffeIdMultiple'; Parameters = @{ SpiffeId = 'spiffe://default/a'; Uri = 'spiffe://default/b' } }
        @{ Case = 'an unknown profile'; Id = 'ProfileUnknown'; Parameters = @{ DnsName = 'a.example'; Profile = 'Sever' } }
        @{ Case = 'an authority''s usages'; Id = 'ProfileUsageInvalid'; Parameters = @{ DnsName = 'a.example'; Profile = 'Custom'; KeyUsage = 'KeyCertSign' } }
        @{ Case = 'a bad IP address'; Id = 'IpAddressInvalid'; Parameters = @{ IPAddress = '10.0.0.0/8' } }
        @{ Case = 'a common name of 65 characters'; Id = 'SubjectInvalid'; Parameters = @{ DnsName = 'a.example'; Subject = "CN=$('a' * 65)" } }
        @{ Case = 'a bare number as life'; Id = 'ParameterArgumentTransformationError'; Parameters = @{ DnsName = 'a.example'; ValidFor = 24 } }
        @{ Case = 'an unknown issuer'; Id = 'IssuerNotFound'; Parameters = @{ DnsName = 'a.example'; Issuer = 'nobody' } }
    ) {
        $all = @{ Issuer = 'mesh-ca' } + @{}
        foreach ($pair in $Parameters.GetEnumerator()) { $all[$pair.Key] = $pair.Value }
        { New-MeshTlsKey refused @all -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        Get-MeshTlsKey refused -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'stops within a second, and has stored whole keys only' {
        $module = (Get-Module MeshSecrets).Path
        $session = [powershell]::Create().AddScript("Import-Module '$module'; 1..5000 | ForEach-Object { [pscustomobject]@{ Name = ""stopped-`$_""; DnsName = 'a.example' } } | New-MeshTlsKey -Issuer mesh-ca -KeyAlgorithm Rsa2048")
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $null = $session.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
        foreach ($first in $output) { break } # Waits for the first.
        (Measure-Command { $session.Stop() }).TotalMilliseconds | Should -BeLessThan 1000
        $session.InvocationStateInfo.State | Should -Be 'Stopped'
        $stored = Get-MeshTlsKey stopped-*
        $stored.Count | Should -BeGreaterOrEqual $output.Count
        ($stored | Get-MeshCertificate | Where-Object IsCa -EQ $false).Thumbprint | Should -Be $stored.Thumbprint
    }

    It 'does not overwrite without -Force' {
        $first = New-MeshTlsKey once -Issuer mesh-ca -DnsName a.example
        { New-MeshTlsKey once -Issuer mesh-ca -DnsName b.example -ErrorAction Stop } | Should -Throw -ErrorId 'SecretExists,*'
        (Get-MeshTlsKey once).Thumbprint | Should -Be $first.Thumbprint
        (New-MeshTlsKey once -Issuer mesh-ca -DnsName b.example -Force).Version | Should -Be 2
    }
}

Describe 'A certificate and key from elsewhere' {
    BeforeAll {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'elsewhere'))
        $password = ConvertTo-SecureString open-sesame -AsPlainText -Force
        $null = New-MeshTlsKey source -Issuer mesh-ca -DnsName helloworld.example.com | Export-MeshTlsKey -Path pem -IncludePrivateKey
        $null = Get-MeshTlsKey source | Export-MeshTlsKey -Pkcs12Path source.p12 -IncludePrivateKey -Password $password
        $null = Get-MeshTlsKey source | Export-MeshTlsKey -Path encrypted -IncludePrivateKey -Password $password
    }

    AfterAll { Pop-Location }

    It 'is taken over from PEM files with its chain' {
        $key = New-MeshTlsKey secret001 -Namespace default -CertificatePath pem/tls.crt -KeyPath pem/tls.key -CaPath pem/ca.crt -Label @{ 'mspider.io/managed' = 'true' }
        $key.Thumbprint | Should -Be (Get-MeshTlsKey source).Thumbprint
        $key.Issuer | Should -BeNullOrEmpty
        $key.Labels['mspider.io/managed'] | Should -Be 'true'
        @($key | Get-MeshCertificate).Count | Should -Be 3
    }

    It 'is taken over from PKCS#12 and from an encrypted key' {
        (New-MeshTlsKey from-p12 -Pkcs12Path source.p12 -Password $password).DataKeys | Should -Be 'ca.crt', 'tls.crt', 'tls.key'
        (New-MeshTlsKey from-encrypted -CertificatePath encrypted/tls.crt -KeyPath encrypted/tls.key -Password $password).Thumbprint | Should -Be (Get-MeshTlsKey source).Thumbprint
    }

    It 'is replaced by Set-MeshTlsKey, and then has no issuer to renew it' {
        $null = New-MeshTlsKey replaced -Issuer mesh-ca -DnsName old.example
        $after = Set-MeshTlsKey replaced -CertificatePath pem/tls.crt -KeyPath pem/tls.key -PassThru
        $after.DnsName | Should -Be 'helloworld.example.com'
        $after.Issuer | Should -BeNullOrEmpty
        $after.Version | Should -Be 2
    }

    It 'is refused for the published material with a stray character in each block' {
        { New-MeshTlsKey refused -CertificatePath $documents/helloworld.example.com.csr -KeyPath $documents/helloworld.example.com.key -ErrorAction Stop } | Should -Throw -ErrorId 'PemStrayCharacter,*'
        { New-MeshTlsKey refused -CertificatePath pem/tls.crt -KeyPath $documents/helloworld.example.com.key -ErrorAction Stop } | Should -Throw -ErrorId 'PemStrayCharacter,*'
        { New-MeshTlsKey refused -CertificatePath $documents/secret001.yaml -KeyPath $documents/secret001.yaml -ErrorAction Stop } | Should -Throw -ErrorId 'ManifestValueNotBase64,*'
        Get-MeshTlsKey refused -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'takes no password in plain text, and does not repeat one' {
        $failed = $null
        try { New-MeshTlsKey x -Pkcs12Path source.p12 -Password 'planted-password' } catch { $failed = $_ }
        $failed.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failed" | Should -Not -Match 'planted'
    }

    It 'is refused for a request in place of the certificate' {
        $null = New-MeshCertificateRequest -KeyPath request.key -DnsName r.example -OutFile request.csr
        { New-MeshTlsKey refused -CertificatePath request.csr -KeyPath request.key -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateExpectedRequestFound,*'
    }

    It 'is refused if what is given to verify the chain does not' {
        Set-Content unrelated.crt (New-MeshCa unrelated).Pem
        { New-MeshTlsKey x -CertificatePath pem/tls.crt -KeyPath pem/tls.key -CaPath unrelated.crt -ErrorAction Stop } | Should -Throw -ErrorId 'ChainNotVerified,*'
        New-MeshTlsKey verified -CertificatePath pem/tls.crt -KeyPath pem/tls.key -CaPath pem/ca.crt | Should -Not -BeNullOrEmpty
    }

    It 'is refused if key and certificate do not match, or the password is wrong' {
        $null = New-MeshTlsKey other -Issuer mesh-ca -DnsName b.example | Export-MeshTlsKey -Path other -IncludePrivateKey
        { New-MeshTlsKey x -CertificatePath pem/tls.crt -KeyPath other/tls.key -ErrorAction Stop } | Should -Throw -ErrorId 'KeyCertificateMismatch,*'
        $wrong = ConvertTo-SecureString wrong -AsPlainText -Force
        { New-MeshTlsKey x -CertificatePath encrypted/tls.crt -KeyPath encrypted/tls.key -Password $wrong -ErrorAction Stop } | Should -Throw -ErrorId 'PrivateKeyPasswordWrong,*'
        { New-MeshTlsKey x -CertificatePath encrypted/tls.crt -KeyPath encrypted/tls.key -ErrorAction Stop } | Should -Throw -ErrorId 'PrivateKeyPasswordRequired,*'
    }
}

Describe 'Get-MeshTlsKey' {
    It 'filters by name, scope, label and end of life' {
        $null = New-MeshTlsKey find-a -Issuer mesh-ca -DnsName a.example -ValidFor 12h -Label @{ tier = 'front' }
        $null = New-MeshTlsKey find-b -Issuer mesh-ca -DnsName b.example -ValidFor 40d -Mesh other
        (Get-MeshTlsKey find-*).Name | Should -Be 'find-a', 'find-b'
        (Get-MeshTlsKey find-* -Mesh other).Name | Should -Be 'find-b'
        (Get-MeshTlsKey -Label @{ tier = '*' }).Name | Should -Be 'find-a'
        (Get-MeshTlsKey find-* -ExpiresWithin 1d).Name | Should -Be 'find-a'
        (Get-MeshTlsKey find-* -ExpiresWithin 41d).Name | Should -Be 'find-a', 'find-b'
        { Get-MeshTlsKey $null -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Get-MeshTlsKey '[a' -ErrorAction Stop } | Should -Throw -ErrorId 'PatternInvalid,*'
        { Get-MeshTlsKey find-c -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
    }
}

Describe 'Set-MeshTlsKey' {
    It 'writes no version without a change' {
        $null = New-MeshTlsKey unchanged -Issuer mesh-ca -DnsName a.example
        { Set-MeshTlsKey unchanged -ErrorAction Stop } | Should -Throw -ErrorId 'SecretChangeMissing,*'
        (Get-MeshTlsKey unchanged).Version | Should -Be 1
    }

    It 'changes labels, and refuses a change of what is no longer current' {
        $read = New-MeshTlsKey labelled -Issuer mesh-ca -DnsName a.example -Label @{ a = '1'; b = '2' }
        $changed = $read | Set-MeshTlsKey -Label @{ a = '3'; c = '4' } -RemoveLabel b -PassThru
        "$($changed.Labels['a'])$($changed.Labels['c'])$($changed.Labels.ContainsKey('b'))" | Should -Be '34False'
        $changed.Thumbprint | Should -Be $read.Thumbprint
        { $read | Set-MeshTlsKey -Label @{ a = '5' } -ErrorAction Stop } | Should -Throw -ErrorId 'SecretConflict,*'
        (Get-MeshTlsKey labelled).Labels['a'] | Should -Be '3'
    }
}

Describe 'Export-MeshTlsKey' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'export'
        $null = New-MeshTlsKey exported -Issuer mesh-ca -DnsName exported.example
    }

    It 'writes no private key unless asked for' {
        (Export-MeshTlsKey exported $folder/public).Name | Should -Be 'tls.crt', 'ca.crt'
    }

    It 'writes the key for its owner alone, and what openssl accepts' -Skip:$IsWindows {
        $files = Export-MeshTlsKey exported $folder/private -IncludePrivateKey
        $key = $files | Where-Object Name -eq tls.key
        $key.UnixFileMode | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
        if ($openssl) {
            & $openssl verify -CAfile $folder/private/ca.crt -untrusted $folder/private/tls.crt $folder/private/tls.crt | Should -BeLike '*OK'
            $ofKey = & $openssl pkey -in $key.FullName -pubout
            $ofCertificate = & $openssl x509 -in $folder/private/tls.crt -noout -pubkey
            $ofKey | Should -Be $ofCertificate
        }
    }

    It 'does not overwrite, and demands a password and consent for PKCS#12' {
        $null = Export-MeshTlsKey exported $folder/again
        { Export-MeshTlsKey exported $folder/again -ErrorAction Stop } | Should -Throw -ErrorId 'PathExists,*'
        { Export-MeshTlsKey exported -Pkcs12Path $folder/x.p12 -IncludePrivateKey -ErrorAction Stop } | Should -Throw -ErrorId 'PasswordMissing,*'
        { Export-MeshTlsKey exported -Pkcs12Path $folder/x.p12 -Password (ConvertTo-SecureString x -AsPlainText -Force) -ErrorAction Stop } | Should -Throw -ErrorId 'PrivateKeyNotIncluded,*'
        Test-Path $folder/x.p12 | Should -BeFalse
    }

    It 'writes all files or none, and never over those of another key of the same run' {
        $mixed = (New-Item -ItemType Directory $folder/mixed).FullName
        Set-Content $mixed/tls.key 'an old key'
        { Export-MeshTlsKey exported $mixed -IncludePrivateKey -ErrorAction Stop } | Should -Throw -ErrorId 'PathExists,*'
        (Get-ChildItem $mixed).Name | Should -Be 'tls.key'
        $null = New-MeshTlsKey same-a -Issuer mesh-ca -DnsName a.example
        $null = New-MeshTlsKey same-b -Issuer mesh-ca -DnsName b.example
        $failed = $null
        $null = Get-MeshTlsKey same-* | Export-MeshTlsKey -Path $folder/same -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ExportOverwrites,*'
        (Get-MeshCertificate $folder/same/tls.crt)[0].DnsName | Should -Be 'a.example'
    }

    It 'makes a folder for each of several' {
        $null = New-MeshTlsKey many-a -Issuer mesh-ca -DnsName a.example
        $null = New-MeshTlsKey many-b -Issuer mesh-ca -DnsName b.example
        $null = Get-MeshTlsKey many-* | Export-MeshTlsKey -Path $folder/many -FolderPerName
        (Get-ChildItem $folder/many).Name | Sort-Object | Should -Be 'many-a', 'many-b'
    }
}

Describe 'Remove-MeshTlsKey' {
    It 'removes by wildcard in the usual scope only' {
        $null = New-MeshTlsKey gone-a -Issuer mesh-ca -DnsName a.example
        $null = New-MeshTlsKey gone-b -Issuer mesh-ca -DnsName b.example -Mesh other
        Remove-MeshTlsKey gone-* -WhatIf
        @(Get-MeshTlsKey gone-*).Count | Should -Be 2
        Remove-MeshTlsKey gone-* -Confirm:$false
        (Get-MeshTlsKey gone-*).Name | Should -Be 'gone-b'
        Get-MeshTlsKey gone-b | Remove-MeshTlsKey -Confirm:$false
        Get-MeshTlsKey gone-* | Should -BeNullOrEmpty
    }
}
