# Authorities: made, imported, listed, bundled, removed. The default store of a home of its own is used.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $openssl = (Get-Command openssl -CommandType Application -ErrorAction Ignore | Select-Object -First 1)?.Source
}

Describe 'New-MeshCa' {
    BeforeAll {
        $root = New-MeshCa root -TrustDomain default
        $middle = New-MeshCa middle -Issuer root -PathLength 1 -Subject 'CN=Middle,O=Example'
    }

    It 'makes a root of ten years for all meshes' {
        $root.Global | Should -BeTrue
        $root.IsRoot | Should -BeTrue
        $root.SpiffeId | Should -BeExactly 'spiffe://default'
        ($root.NotAfter - $root.NotBefore).TotalDays | Should -BeGreaterThan 3649
    }

    It 'makes an authority below another, whose chain verifies' {
        $middle.IsRoot | Should -BeFalse
        $middle.Issuer | Should -Be 'global/root'
        $middle.Subject | Should -Be 'CN=Middle,O=Example'
        $middle.IssuerSubject | Should -Be 'CN=root'
        $certificates = $middle | Get-MeshCertificate
        $certificates[0].AuthorityKeyIdentifier | Should -Be $certificates[1].SubjectKeyIdentifier
    }

    It 'enforces the path length' {
        $lowest = $middle | ForEach-Object { New-MeshCa lowest -Issuer $_ }
        $lowest.PathLength | Should -Be 0
        { New-MeshCa below -Issuer lowest -ErrorAction Stop } | Should -Throw -ErrorId 'PathLengthExceeded,*'
        Get-MeshCa below -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'shortens a life beyond its issuer, or refuses on request' {
        $short = New-MeshCa short -ValidFor 10d
        (New-MeshCa below-short -Issuer short -ValidFor 20d -WarningAction SilentlyContinue -WarningVariable warned).NotAfter | Should -Be $short.NotAfter
        $warned | Should -Match 'valid only until'
        { New-MeshCa below-short-2 -Issuer short -ValidFor 20d -RefuseShorterLife -ErrorAction Stop } | Should -Throw -ErrorId 'LifeBeyondIssuer,*'
    }

    It 'changes nothing with -WhatIf' {
        New-MeshCa never -WhatIf | Should -BeNullOrEmpty
        Get-MeshCa never -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'a name that is taken'; Id = 'SecretExists'; Parameters = @{ Name = 'root' } }
        @{ Case = 'an issuer that is not there'; Id = 'IssuerNotFound'; Parameters = @{ Name = 'x'; Issuer = 'nobody' } }
        @{ Case = 'a bad name'; Id = 'SecretNameInvalid'; Parameters = @{ Name = 'Not_Valid' } }
        @{ Case = 'a bad subject'; Id = 'SubjectInvalid'; Parameters = @{ Name = 'x'; Subject = 'CN=a,QQ=b' } }
        @{ Case = 'a bad trust domain'; Id = 'SpiffeIdInvalid'; Parameters = @{ Name = 'x'; TrustDomain = 'Upper.Case' } }
        @{ Case = 'a bad rule'; Id = 'PolicyRuleInvalid'; Parameters = @{ Name = 'x'; AllowedIPAddress = 'anything' } }
        @{ Case = 'two scopes'; Id = 'ScopeAmbiguous'; Parameters = @{ Name = 'x'; Global = $true; Mesh = 'default' } }
    ) {
        { New-MeshCa @Parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }
}

Describe 'Get-MeshCa' {
    It 'lists by wildcard and tells what is not there' {
        New-MeshCa listed-a
        New-MeshCa listed-b -Label @{ team = 'x' }
        (Get-MeshCa listed-*).Name | Should -Be 'listed-a', 'listed-b'
        (Get-MeshCa -Label @{ team = 'x' }).Name | Should -Be 'listed-b'
        Get-MeshCa nothing-* | Should -BeNullOrEmpty
        { Get-MeshCa nothing -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
    }

    It 'completes names' {
        $null = Get-MeshCa listed-a
        $text = 'Get-MeshCa listed-'
        [System.Management.Automation.CommandCompletion]::CompleteInput($text, $text.Length, $null).CompletionMatches.CompletionText |
            Should -Be 'listed-a', 'listed-b'
    }
}

Describe 'A policy' {
    BeforeAll {
        $null = New-MeshCa limited -AllowedDnsName *.shop.example -AllowedUriPrefix spiffe://default/shop -LongestLife 48h -AllowedKeyAlgorithm P256, P384
    }

    It 'lets through what it allows, and shows it' {
        New-MeshTlsKey allowed -Issuer limited -DnsName web.shop.example -SpiffeId spiffe://default/shop/web | Should -Not -BeNullOrEmpty
        $shown = Get-MeshCa limited
        $shown.AllowedDnsName | Should -Be '*.shop.example'
        $shown.LongestLife | Should -Be ([timespan]::FromHours(48))
        $shown.AllowedKeyAlgorithm | Should -Be 'P256', 'P384'
    }

    It 'holds for the authorities below, whatever theirs is' {
        $null = New-MeshCa limited-root -AllowedDnsName *.shop.example
        $null = New-MeshCa below-limited -Issuer limited-root
        $null = New-MeshCa below-wider -Issuer limited-root -AllowedDnsName *
        foreach ($issuer in 'below-limited', 'below-wider') {
            New-MeshTlsKey "by-$issuer" -Issuer $issuer -DnsName web.shop.example | Should -Not -BeNullOrEmpty
            { New-MeshTlsKey sidestep -Issuer $issuer -DnsName web.other.example -ErrorAction Stop } | Should -Throw -ErrorId 'PolicyName,*'
        }
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'another domain'; Id = 'PolicyName'; Parameters = @{ DnsName = 'web.other.example' } }
        @{ Case = 'the bare domain'; Id = 'PolicyName'; Parameters = @{ DnsName = 'shop.example' } }
        @{ Case = 'another SPIFFE ID'; Id = 'PolicyName'; Parameters = @{ DnsName = 'web.shop.example'; SpiffeId = 'spiffe://default/shopping' } }
        @{ Case = 'a kind of name without a rule'; Id = 'PolicyName'; Parameters = @{ DnsName = 'web.shop.example'; IPAddress = '10.0.0.1' } }
        @{ Case = 'a common name that is another host'; Id = 'PolicyName'; Parameters = @{ DnsName = 'web.shop.example'; Subject = 'CN=web.other.example' } }
        @{ Case = 'a group in the subject'; Id = 'PolicySubject'; Parameters = @{ DnsName = 'web.shop.example'; Subject = 'CN=web.shop.example,O=system:masters' } }
        @{ Case = 'a common name that is no host'; Id = 'PolicyName'; Parameters = @{ DnsName = 'web.shop.example'; Subject = 'CN=admin' } }
        @{ Case = 'a URI that leaves its prefix'; Id = 'PolicyName'; Parameters = @{ DnsName = 'web.shop.example'; Uri = 'https://good.example/x/../admin' } }
        @{ Case = 'a longer life'; Id = 'PolicyLife'; Parameters = @{ DnsName = 'web.shop.example'; ValidFor = '49h' } }
        @{ Case = 'another kind of key'; Id = 'PolicyKeyAlgorithm'; Parameters = @{ DnsName = 'web.shop.example'; KeyAlgorithm = 'Rsa2048'; ValidFor = '1h' } }
    ) {
        $life = @{ ValidFor = '24h' }
        if ($Parameters.ContainsKey('ValidFor')) { $life = @{} }
        { New-MeshTlsKey refused -Issuer limited @Parameters @life -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        Get-MeshTlsKey refused -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'Import-MeshCa' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'ca'
        $null = New-Item -ItemType Directory $folder
        Push-Location $folder
        if ($openssl) {
            & $openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.crt -subj '/O=Example/CN=Their root' -days 3650 -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>$null
            & $openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout middle.plain -out middle.csr -subj '/CN=Their issuing CA' 2>$null
            & $openssl pkcs8 -topk8 -in middle.plain -out middle.key -passout pass:open-sesame
            Set-Content ext.cnf "basicConstraints=critical,CA:TRUE,pathlen:0`nkeyUsage=critical,keyCertSign,cRLSign"
            & $openssl x509 -req -in middle.csr -CA root.crt -CAkey root.key -days 1000 -extfile ext.cnf -out middle.crt -set_serial 7 2>$null
            & $openssl req -x509 -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.crt -subj '/CN=leaf' -days 30 -addext 'basicConstraints=critical,CA:FALSE' 2>$null
            & $openssl pkcs12 -export -inkey root.key -in root.crt -out root.p12 -passout pass:open-sesame
        }

        $password = ConvertTo-SecureString open-sesame -AsPlainText -Force
    }

    AfterAll { Pop-Location }

    BeforeEach { if (-not $openssl) { Set-ItResult -Skipped -Because 'there is no openssl on PATH' } }

    It 'takes over a root and one below it with an encrypted key, and issues with it' {
        (Import-MeshCa their-root -CertificatePath root.crt -KeyPath root.key).IsRoot | Should -BeTrue
        $issuing = Import-MeshCa theirs -CertificatePath middle.crt -KeyPath middle.key -CaPath root.crt -Password $password
        $issuing.IsRoot | Should -BeFalse
        $issuing.SerialNumber | Should -Be '07'
        $null = New-MeshTlsKey by-theirs -Issuer theirs -DnsName web.example | Export-MeshTlsKey -Path out
        & $openssl verify -CAfile root.crt -untrusted out/tls.crt -verify_hostname web.example out/tls.crt | Should -Be 'out/tls.crt: OK'
    }

    It 'takes PKCS#12' {
        (Import-MeshCa from-p12 -Pkcs12Path root.p12 -Password $password).Subject | Should -Be 'CN=Their root,O=Example'
    }

    It 'keeps to the name constraints of what it takes over' {
        & $openssl req -x509 -newkey rsa:2048 -nodes -keyout limited.key -out limited.crt -subj '/CN=Constrained' -days 30 -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' -addext 'nameConstraints=critical,permitted;DNS:good.example' 2>$null
        $null = Import-MeshCa constrained -CertificatePath limited.crt -KeyPath limited.key
        New-MeshTlsKey within -Issuer constrained -DnsName a.good.example -ValidFor 1d | Should -Not -BeNullOrEmpty
        { New-MeshTlsKey outside -Issuer constrained -DnsName evil.example -ValidFor 1d -ErrorAction Stop } | Should -Throw -ErrorId 'IssuerNameConstraint,*'
    }

    It 'certifies no weak key' {
        & $openssl req -new -newkey rsa:1024 -nodes -keyout weak.key -out weak.csr -subj /CN=weak.example 2>$null
        { New-MeshCertificate -Path weak.csr -Issuer their-root -DnsName weak.example -ErrorAction Stop } | Should -Throw -ErrorId 'KeyTooWeak,*'
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'an incomplete chain'; Id = 'AuthorityChainInvalid'; Parameters = @{ CertificatePath = 'middle.crt'; KeyPath = 'middle.plain' } }
        @{ Case = 'a leaf'; Id = 'AuthorityInvalid'; Parameters = @{ CertificatePath = 'leaf.crt'; KeyPath = 'leaf.key' } }
        @{ Case = 'another key'; Id = 'KeyCertificateMismatch'; Parameters = @{ CertificatePath = 'root.crt'; KeyPath = 'leaf.key' } }
        @{ Case = 'an encrypted key without password'; Id = 'PrivateKeyPasswordRequired'; Parameters = @{ CertificatePath = 'middle.crt'; KeyPath = 'middle.key'; CaPath = 'root.crt' } }
        @{ Case = 'a request'; Id = 'CertificateExpectedRequestFound'; Parameters = @{ CertificatePath = 'middle.csr'; KeyPath = 'middle.plain' } }
        @{ Case = 'a file that is not there'; Id = 'PathNotFound'; Parameters = @{ CertificatePath = 'nowhere.crt'; KeyPath = 'root.key' } }
    ) {
        { Import-MeshCa refused @Parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        Get-MeshCa refused -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'Export-MeshCaBundle' {
    BeforeAll {
        $one = New-MeshCa bundle-one
        $two = New-MeshCa bundle-two
        $null = New-MeshCa bundle-below -Issuer bundle-one
    }

    It 'takes each root once, and the authorities between on request' {
        (Export-MeshCaBundle bundle-*).Certificates.Subject | Should -Be 'CN=bundle-one', 'CN=bundle-two'
        (Export-MeshCaBundle bundle-below -IncludeIntermediate).Certificates.Subject | Should -Be 'CN=bundle-one', 'CN=bundle-below'
    }

    It 'gives a string, and a file that can be read back' {
        $file = Join-Path $TestDrive 'bundle.pem'
        $text = Get-MeshCa bundle-one, bundle-two | Export-MeshCaBundle -AsString
        $text | Should -BeExactly ($one.Pem + $two.Pem)
        (Export-MeshCaBundle bundle-* -Path $file).Path | Should -Be $file
        Get-Content $file -Raw | Should -BeExactly $text
        { Export-MeshCaBundle bundle-* -Path $file -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,*'
        (Export-MeshCaBundle bundle-one -CertificatePath $file).Count | Should -Be 2
    }

    It 'leaves out what has expired, with a warning, and writes no empty bundle' {
        $expired = Join-Path $TestDrive 'expired.pem'
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=Gone', $key, 'SHA256')
        Set-Content $expired $request.CreateSelfSigned('2020-01-01', '2021-01-01').ExportCertificatePem()
        (Export-MeshCaBundle bundle-one -CertificatePath $expired -WarningVariable warned -WarningAction SilentlyContinue).Count | Should -Be 1
        $warned | Should -Match 'CN=Gone.*expired at 2021-01-01'
        { Export-MeshCaBundle -CertificatePath $expired -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'BundleEmpty,*'
    }
}

Describe 'Remove-MeshCa' {
    It 'is not got round by Remove-MeshSecret, and replacing one warns' {
        $null = New-MeshCa guarded
        $null = New-MeshTlsKey uses-guarded -Issuer guarded -DnsName a.example
        { Remove-MeshSecret guarded -Global -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'CaInUse,*'
        $null = New-MeshCa guarded -Force -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -Match '1 in the store'
    }

    It 'keeps an authority that still has something to renew, unless forced' {
        $null = New-MeshCa used
        $null = New-MeshTlsKey uses-it -Issuer used -DnsName a.example
        { Remove-MeshCa used -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'CaInUse,*'
        Get-MeshCa used | Should -Not -BeNullOrEmpty
        Remove-MeshCa used -Force -Confirm:$false
        Get-MeshCa used -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'takes authorities from the pipeline' {
        $null = New-MeshCa unused-a
        $null = New-MeshCa unused-b
        Get-MeshCa unused-* | Remove-MeshCa -Confirm:$false
        Get-MeshCa unused-* | Should -BeNullOrEmpty
        { Remove-MeshCa unused-a -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
    }
}
