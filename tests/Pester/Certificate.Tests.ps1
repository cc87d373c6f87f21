# Decoding, requests and signing.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $openssl = (Get-Command openssl -CommandType Application -ErrorAction Ignore | Select-Object -First 1)?.Source
    $documents = Join-Path (Split-Path $PSScriptRoot) 'MeshSecrets.Tests/Documents'
    $null = New-MeshCa mesh-ca
    $key = New-MeshTlsKey web -Issuer mesh-ca -DnsName web.example
}

Describe 'Get-MeshCertificate' {
    BeforeAll {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'decode'))
        $null = $key | Export-MeshTlsKey -Path . -IncludePrivateKey
        $request = New-MeshCertificateRequest -KeyPath request.key -DnsName r.example -OutFile request.csr
        Set-Content notes.txt 'Nothing to see here.'
        [IO.File]::WriteAllBytes("$PWD/web.der", [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((Get-Content tls.crt -Raw)).RawData)
    }

    AfterAll { Pop-Location }

    It 'decodes PEM, DER, requests and keys' {
        $found = Get-MeshCertificate tls.crt, web.der
        $found.Thumbprint | Should -Be $key.Thumbprint, $key.Thumbprint
        (Get-MeshCertificate request.csr).DnsName | Should -Be 'r.example'
        $ofKey = Get-MeshCertificate tls.key
        $ofKey.PublicKeyThumbprint | Should -Be $found[0].PublicKeyThumbprint
        $ofKey.KeyAlgorithm | Should -Be 'P256'
    }

    It 'tells of an encrypted key what its password opens' {
        $password = ConvertTo-SecureString open-sesame -AsPlainText -Force
        $null = $key | Export-MeshTlsKey -Path ../encrypted -IncludePrivateKey -Password $password
        (Get-MeshCertificate ../encrypted/tls.key).PublicKeyThumbprint | Should -BeNullOrEmpty
        (Get-MeshCertificate ../encrypted/tls.key -Password $password).PublicKeyThumbprint | Should -Be (Get-MeshCertificate tls.key).PublicKeyThumbprint
        { Get-MeshCertificate ../encrypted/tls.key -Password (ConvertTo-SecureString wrong -AsPlainText -Force) -ErrorAction Stop } | Should -Throw -ErrorId 'PrivateKeyPasswordWrong,*'
    }

    It 'decodes a folder and passes over what is something else' {
        $found = Get-MeshCertificate . -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        @($found | Where-Object { $_ -is [MeshSecrets.MeshCertificate] }).Count | Should -Be 3
        @($found | Where-Object { $_ -is [MeshSecrets.MeshKeyInfo] }).Count | Should -Be 2
        (Get-ChildItem *.crt | Get-MeshCertificate).Count | Should -Be 2
    }

    It 'decodes text, as one string or line by line' {
        (Get-Content tls.crt -Raw | Get-MeshCertificate).Subject | Should -Be 'CN=web.example'
        (Get-Content tls.crt, ca.crt | Get-MeshCertificate).Subject | Should -Be 'CN=web.example', 'CN=mesh-ca'
    }

    It 'decodes a Kubernetes Secret' {
        $yaml = @"
apiVersion: v1
kind: Secret
metadata: { name: web, namespace: shop }
type: kubernetes.io/tls
data:
  tls.crt: $([Convert]::ToBase64String([IO.File]::ReadAllBytes("$PWD/tls.crt")))
  tls.key: $([Convert]::ToBase64String([IO.File]::ReadAllBytes("$PWD/tls.key")))
"@
        Set-Content secret.yaml $yaml
        $found = Get-MeshCertificate secret.yaml
        $found[0].Subject | Should -Be 'CN=web.example'
        $found[0].Source | Should -Match 'shop/web.*tls\.crt'
        $found[1].PublicKeyThumbprint | Should -Be $found[0].PublicKeyThumbprint
        (New-MeshTlsKey from-yaml -CertificatePath secret.yaml -KeyPath secret.yaml).Thumbprint | Should -Be $key.Thumbprint
    }

    It 'reads, lists and bundles every root that the system trusts, without loss' {
        $system = '/etc/ssl/certs/ca-certificates.crt'
        if (-not (Test-Path $system)) { Set-ItResult -Skipped -Because "there is no $system" }
        $blocks = [regex]::Matches((Get-Content $system -Raw), '(?s)-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n').Value
        $roots = Get-MeshCertificate $system
        $roots.Pem | Should -BeExactly $blocks
        $valid = $roots | Where-Object NotAfter -GT ([datetime]::UtcNow)
        (Export-MeshCaBundle -CertificatePath $system -AsString -WarningAction SilentlyContinue) | Should -BeExactly (-join $valid.Pem)
    }

    It 'decodes what a live server shows' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $server = Start-ThreadJob -ArgumentList $listener, "$PWD/tls.crt", "$PWD/tls.key" -ScriptBlock {
            param($listener, $crt, $pem)
            $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile($crt, $pem)
            $tls = [Net.Security.SslStream]::new($listener.AcceptTcpClient().GetStream())
            $tls.AuthenticateAsServer($certificate)
            $tls.Dispose()
        }
        (Get-MeshCertificate -Endpoint "127.0.0.1:$port")[0].Thumbprint | Should -Be $key.Thumbprint
        $null = $server | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue
        $listener.Stop()
    }

    It 'tells what is wrong with <Case>: <Id>' -ForEach @(
        @{ Case = 'a server that is not there'; Id = 'EndpointUnreachable'; Parameters = @{ Endpoint = '127.0.0.1:1' } }
        @{ Case = 'an address with a scheme'; Id = 'EndpointInvalid'; Parameters = @{ Endpoint = 'https://web.example/' } }
        @{ Case = 'text without armour'; Id = 'PemArmourMissing'; Parameters = @{ Pem = 'MIICiDCCAXACAQAwQzEfMB0GA1UEAwwWaGVsbG93b3JsZC5leGFtcGxlLmNvbTEg' } }
        @{ Case = 'a file of something else'; Id = 'MaterialUnrecognized'; Parameters = @{ Path = 'notes.txt' } }
        @{ Case = 'a path that is not there'; Id = 'PathNotFound'; Parameters = @{ Path = 'nowhere.pem' } }
        @{ Case = 'another provider'; Id = 'PathNotFileSystem'; Parameters = @{ Path = 'Env:/HOME' } }
    ) {
        { Get-MeshCertificate @Parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'refuses the published request and key with a stray character, naming the line' {
        $expected = @{ 'helloworld.example.com.csr' = 'PemStrayCharacter', 'line 15'; 'helloworld.example.com.key' = 'PemStrayCharacter', 'line 27'; 'secret001.yaml' = 'ManifestValueNotBase64', 'tls.crt' }
        foreach ($file in $expected.Keys) {
            $failed = $null
            Get-MeshCertificate (Join-Path $documents $file) -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
            $failed[0].FullyQualifiedErrorId | Should -BeLike "$($expected[$file][0]),*"
            $failed[0].Exception.Message | Should -Match ([regex]::Escape($file))
            $failed[0].Exception.Message | Should -Match $expected[$file][1]
        }
    }
}

Describe 'A certificate request' {
    BeforeAll { Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'requests')) }

    AfterAll { Pop-Location }

    It 'is made with a new key in a file of mode 0600' {
        $request = New-MeshCertificateRequest -KeyPath new.key -Subject 'CN=helloworld.example.com,O=helloworld organization' -DnsName helloworld.example.com -OutFile new.csr -KeyAlgorithm Rsa2048
        $request.Subject | Should -Be 'CN=helloworld.example.com,O=helloworld organization'
        (Get-MeshCertificate new.key).PublicKeyThumbprint | Should -Be $request.PublicKeyThumbprint
        if (-not $IsWindows) { (Get-Item new.key).UnixFileMode | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite') }
        if ($openssl) { & $openssl req -in new.csr -noout -verify 2>&1 | Out-String | Should -Match 'verify OK' }
    }

    It 'is made for a stored key, with its names' {
        $request = New-MeshTlsKey stored -Issuer mesh-ca -DnsName s.example | New-MeshCertificateRequest
        $request.DnsName | Should -Be 's.example'
        $request.PublicKeyThumbprint | Should -Be (Get-MeshTlsKey stored | Get-MeshCertificate)[0].PublicKeyThumbprint
    }

    It 'is signed from the pipeline, from a file and from text, and the names are its own' {
        $request = New-MeshCertificateRequest -KeyPath sign.key -DnsName sign.example -OutFile sign.csr
        $certificates = @(
            $request | New-MeshCertificate -Issuer mesh-ca -ValidFor 365d -OutFile signed.crt
            New-MeshCertificate -Path sign.csr -Issuer mesh-ca
            New-MeshCertificate -Request (Get-Content sign.csr -Raw) -Issuer mesh-ca
        )
        $certificates.DnsName | Should -Be 'sign.example', 'sign.example', 'sign.example'
        $certificates.PublicKeyThumbprint | Sort-Object -Unique | Should -Be $request.PublicKeyThumbprint
        (Get-ChildItem sign.csr | New-MeshCertificate -Issuer mesh-ca).DnsName | Should -Be 'sign.example'
        (New-MeshTlsKey signed -CertificatePath signed.crt -KeyPath sign.key).DnsName | Should -Be 'sign.example'
    }

    It 'of openssl is signed, with names of our choice' {
        if (-not $openssl) { Set-ItResult -Skipped -Because 'there is no openssl on PATH' }
        & $openssl req -new -newkey rsa:2048 -nodes -keyout theirs.key -out theirs.csr -subj '/CN=helloworld.example.com/O=helloworld organization' 2>$null
        $certificate = New-MeshCertificate -Path theirs.csr -Issuer mesh-ca -DnsName helloworld.example.com
        $certificate.Subject | Should -Be 'O=helloworld organization,CN=helloworld.example.com'
        $certificate.KeyUsage | Should -Be 'DigitalSignature', 'KeyEncipherment'
    }

    It 'that is not signed by its key is refused' {
        $request = New-MeshCertificateRequest -KeyPath forged.key -DnsName forged.example
        $der = [Convert]::FromBase64String(($request.Pem -replace '-----.*?-----|\s'))
        $der[-1] = $der[-1] -bxor 1
        $pem = [Security.Cryptography.PemEncoding]::WriteString('CERTIFICATE REQUEST', $der)
        { New-MeshCertificate -Request $pem -Issuer mesh-ca -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateRequestNotProven,*'
    }

    It 'is refused <Case> with <Id>' -ForEach @(
        @{ Case = 'when missing'; Id = 'RequestMissing'; Parameters = @{} }
        @{ Case = 'when it is a certificate'; Id = '*Found'; Parameters = @{ Path = 'signed.crt' } }
        @{ Case = 'without a host name'; Id = 'CertificateNameMissing'; Parameters = @{ Path = 'bare.csr' } }
    ) {
        if ($Parameters.Path -eq 'bare.csr') { $null = New-MeshCertificateRequest -KeyPath bare.key -Subject CN=bare -OutFile bare.csr }
        { New-MeshCertificate -Issuer mesh-ca @Parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'makes no key and no file with -WhatIf, and does not overwrite a key' {
        New-MeshCertificateRequest -KeyPath whatif.key -DnsName a.example -WhatIf
        Test-Path whatif.key | Should -BeFalse
        { New-MeshCertificateRequest -KeyPath sign.key -DnsName a.example -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,*'
    }
}
