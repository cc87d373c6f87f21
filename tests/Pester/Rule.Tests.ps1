# Judging by rules: certificates, secrets, manifests, and the list of rules.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $documents = Join-Path (Split-Path $PSScriptRoot) 'MeshSecrets.Tests/Documents'
    $null = New-MeshCa root-ca
    $null = New-MeshCa mesh-ca -Issuer root-ca
    $key = New-MeshTlsKey web -Issuer mesh-ca -DnsName web.shop.svc -ValidFor 90d
    $null = New-MeshTlsKey workload -Issuer mesh-ca -SpiffeId spiffe://default/ns/shop/sa/workload -ValidFor 24h
    Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'files'))
    $null = $key | Export-MeshTlsKey -Path ./web -IncludePrivateKey
    Copy-Item ./web/tls.crt ./web.crt
    Copy-Item ./web/tls.key ./web.key

    # A manifest of a secret from files.
    function ConvertTo-Manifest([string] $Name, [string] $Certificate, [string] $Key) {
        $values = ($Certificate, $Key).ForEach({ [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($_)) })
        "apiVersion: v1`nkind: Secret`nmetadata:`n  name: $Name`n  namespace: shop`ntype: kubernetes.io/tls`ndata:`n  tls.crt: $($values[0])`n  tls.key: $($values[1])`n---"
    }
    $certificate = Get-Content ./web/tls.crt -Raw
    $private = Get-Content ./web/tls.key -Raw
}

AfterAll {
    Pop-Location
}

Describe 'Test-MeshCertificate' {
    It 'finds nothing in what is issued here' {
        Test-MeshCertificate -Name * | Should -BeNullOrEmpty
        Test-MeshCertificate ./web -CaPath ./web/ca.crt -Hostname web.shop.svc | Should -BeNullOrEmpty
        Test-MeshCertificate -Name workload -TrustDomain default | Should -BeNullOrEmpty
        Test-MeshCertificate -Name * -Quiet | Should -BeTrue
    }

    It 'gives findings that say what, why, how and where' {
        $finding = Test-MeshCertificate ./web.crt -Hostname cart.shop.svc
        $finding | Should -BeOfType MeshSecrets.MeshFinding
        $finding.RuleId | Should -Be 'TlsServerHosts'
        $finding.Severity | Should -Be 'Error'
        $finding.For | Should -Be 'TlsServer'
        $finding.Path | Should -Be (Join-Path $PWD 'web.crt')
        $finding.Found | Should -BeLike "*cart.shop.svc*"
        $finding.Effect, $finding.Remedy, $finding.Source | Should -Not -Contain ''
        "$finding" | Should -BeLike 'Error TlsServerHosts*'
    }

    It 'takes files, folders, text, certificates, TLS keys and names' {
        $arguments = @{ Hostname = 'other.example' }
        (Get-Item ./web.crt | Test-MeshCertificate @arguments).RuleId | Should -Be 'TlsServerHosts'
        (Test-MeshCertificate -LiteralPath ./web @arguments).RuleId | Should -Be 'TlsServerHosts'
        (Get-Content ./web.crt | Test-MeshCertificate @arguments).RuleId | Should -Be 'TlsServerHosts'
        (Get-MeshCertificate ./web.crt | Select-Object -First 1 | Test-MeshCertificate @arguments).RuleId | Should -Be 'TlsServerHosts'
        $ofStore = $key | Test-MeshCertificate @arguments
        $ofStore.RuleId | Should -Be 'TlsServerHosts'
        $ofStore.Name, $ofStore.Mesh | Should -Be 'web', 'default'
        (Test-MeshCertificate -Name web @arguments).Target | Should -Be 'mesh/default/web'
        (Test-MeshCertificate -Name w*b -Mesh default @arguments).Target | Should -Be 'mesh/default/web'
    }

    It 'judges the key that is given or lies beside' {
        Test-MeshCertificate ./web.crt -KeyPath ./web.key | Should -BeNullOrEmpty
        $null = Export-MeshTlsKey workload ./workload -IncludePrivateKey
        (Test-MeshCertificate ./web.crt -KeyPath ./workload/tls.key).RuleId | Should -Be 'X509KeyMismatch'
        Copy-Item ./workload/tls.key ./wrong.key
        Copy-Item ./web.crt ./wrong.crt
        (Test-MeshCertificate ./wrong.crt).RuleId | Should -Be 'X509KeyMismatch'
    }

    It 'says which share a key' {
        $shared = Test-MeshCertificate ./web.crt, ./web | Where-Object RuleId -EQ X509KeyShared
        $shared.Target | Should -Be (Join-Path $PWD 'web')
        $shared.Found | Should -BeLike "*web.crt*"
    }

    It 'judges chains and what is trusted' {
        $null = New-MeshCa other-ca
        Set-Content ./other.crt (Get-MeshCa other-ca).Pem
        (Test-MeshCertificate ./web.crt -CaPath ./other.crt).RuleId | Should -Be 'X509ChainVerifies'
        (Test-MeshCertificate ./web.crt -CaPath ./other.crt -For TlsServer) | Should -BeNullOrEmpty
    }

    It 'judges revocation lists' {
        $ca = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((Get-MeshSecret mesh-ca -Global -Key tls.crt -AsPlainText), (Get-MeshSecret mesh-ca -Global -Key tls.key -AsPlainText))
        $list = [Security.Cryptography.X509Certificates.CertificateRevocationListBuilder]::new()
        $list.AddEntry([Convert]::FromHexString($key.SerialNumber))
        $der = $list.Build($ca, 1, [datetimeoffset]::UtcNow.AddDays(7), 'SHA256')
        Set-Content ./revoked.crl ([Security.Cryptography.PemEncoding]::WriteString('X509 CRL', $der))
        (Test-MeshCertificate ./web.crt -CaPath ./web/ca.crt -CrlPath ./revoked.crl).RuleId | Should -Be 'X509Revoked', 'X509CrlMissing'
        (Test-MeshCertificate -Name web -CrlPath ./revoked.crl -MinimumSeverity Error).RuleId | Should -Be 'X509Revoked'
    }

    It 'asks for another moment and for what is near' {
        (Test-MeshCertificate ./web.crt -At (Get-Date).AddYears(1)).RuleId | Should -Be 'X509Expired'
        (Test-MeshCertificate ./web.crt -Within 91d).RuleId | Should -Be 'X509NearExpiry'
        Test-MeshCertificate ./web.crt -Within 91d -MinimumSeverity Error | Should -BeNullOrEmpty
        Test-MeshCertificate ./web.crt -Within 91d -Quiet | Should -BeTrue
        Test-MeshCertificate ./web.crt -Within 91d -MinimumSeverity Warning -Quiet | Should -BeFalse
    }

    It 'makes a finding of material that cannot be read, even with other rules' {
        Set-Content ./broken.crt ($certificate -replace '-----END', 'A-----END')
        $finding = Test-MeshCertificate ./broken.crt -For TlsServer
        $finding.RuleId | Should -Be 'MaterialUnreadable'
        $finding.Found | Should -Match '^Pem\w+: '
        Test-MeshCertificate (Join-Path $documents 'helloworld.example.com.csr') -Quiet | Should -BeFalse
    }

    It 'says what is not there, and that is not well' {
        Test-MeshCertificate ./none.crt -Quiet -ErrorAction Ignore | Should -BeFalse
        { Test-MeshCertificate -Name none -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
        { Test-MeshCertificate ./web.crt -For Nonsense } | Should -Throw -ErrorId 'FormatUnknown,*'
        { Test-MeshCertificate ./web.crt -CaPath ./none } | Should -Throw -ErrorId 'PathNotFound,*'
    }

    It 'passes over what is no material in a folder' {
        $null = New-Item -ItemType Directory ./mixed
        Set-Content ./mixed/notes.txt 'Nothing to see here.'
        Copy-Item ./web.crt ./mixed
        Test-MeshCertificate ./mixed | Should -BeNullOrEmpty
    }
}

Describe 'Test-MeshSecret' {
    It 'judges the store' {
        Test-MeshSecret | Should -BeNullOrEmpty
        Test-MeshSecret web -Quiet | Should -BeTrue
        (Get-MeshSecret web | Test-MeshSecret -Hostname other.example).Name | Should -Be 'web'
        { Test-MeshSecret none -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
    }

    It 'judges manifests from files, text and objects' {
        Set-Content ./sound.yaml (ConvertTo-Manifest site $certificate $private)
        Test-MeshSecret -Path ./sound.yaml | Should -BeNullOrEmpty
        (Get-Content ./sound.yaml | Test-MeshSecret -Hostname a.example).Target | Should -Be 'namespace/shop/site'
        (Get-Item ./sound.yaml | Test-MeshSecret -Hostname a.example).Path | Should -Be (Join-Path $PWD 'sound.yaml')
        $found = Get-Content ./sound.yaml -Raw | ConvertFrom-MeshManifest | Test-MeshSecret -Hostname a.example
        $found.Name, $found.Namespace | Should -Be 'site', 'shop'
    }

    It 'finds keys that secrets share, each named to the other' {
        $found = (ConvertTo-Manifest one $certificate $private), (ConvertTo-Manifest two $certificate $private) | Test-MeshSecret
        $found.RuleId | Should -Be 'X509KeyShared', 'X509KeyShared'
        $found[0].Found | Should -BeLike '*namespace/shop/two*'
        $found[1].Found | Should -BeLike '*namespace/shop/one*'
    }

    It 'goes on where a value is broken' {
        $other = Get-MeshSecret workload -Key tls.key -AsPlainText
        (ConvertTo-Manifest site $certificate $other | Test-MeshSecret -MinimumSeverity Error -For X509).RuleId | Should -Be 'X509KeyMismatch'
        (ConvertTo-Manifest site $certificate '' | Test-MeshSecret -Hostname a.example -For X509, TlsServer).RuleId | Sort-Object | Should -Be 'MaterialUnreadable', 'TlsServerHosts'
        $seed = Test-MeshSecret -Path (Join-Path $documents 'secret001.yaml')
        $seed.For | Should -Contain 'Mspider'
        $seed = $seed | Where-Object Severity -EQ Error
        $seed.RuleId | Should -Be 'MspiderBase64Damaged', 'MspiderBase64Damaged' -Because 'one fault is said once, by the rule that says most'
        $seed.Found | Should -BeLike '*is no base64*'
        (Test-MeshSecret -Path (Join-Path $documents 'secret001.yaml') -For Kuma).For | Sort-Object -Unique | Should -Be 'Kuma'
    }

    It 'does not take nothing for sound' {
        $null = New-Item -ItemType Directory ./nothing, ./pems
        Set-Content ./nothing.yaml ''
        Copy-Item ./web.crt ./pems/site.pem
        $tests = @(
            { @() | Test-MeshSecret @args }
            { '' | Test-MeshSecret @args }
            { Test-MeshSecret -Path ./nothing.yaml @args }
            { Test-MeshSecret -Path ./nothing @args }
            { Test-MeshSecret -Path ./pems @args }
            { Test-MeshSecret nosuch* @args }
            { Test-MeshCertificate ./nothing @args }
            { '{"data":{"allow_any_name":true}}' | Test-MeshSecret @args }
            { "apiVersion: v1`nkind: Pod`nmetadata: {name: a}" | Test-MeshSecret @args }
        )
        foreach ($test in $tests) {
            & $test -Quiet -ErrorAction Ignore | Should -BeFalse -Because $test
            { & $test -ErrorAction Stop } | Should -Throw -ErrorId 'NothingJudged,*' -Because $test
        }
    }

    It 'counts what no rule is about, once' {
        $pod = "apiVersion: v1`nkind: Pod`nmetadata: {name: a}`n---"
        (ConvertTo-Manifest site $certificate $private), $pod, $pod | Test-MeshSecret -Quiet -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeTrue
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike '*2 of the kind Pod*'
    }

    It 'gives an error for what is no manifest' {
        Set-Content ./bad.yaml '{ a: ['
        { Test-MeshSecret -Path ./bad.yaml -ErrorAction Stop } | Should -Throw -ErrorId 'ManifestInvalid,*'
        Test-MeshSecret -Path ./bad.yaml -Quiet -ErrorAction Ignore | Should -BeFalse
    }
}

Describe 'Get-MeshRule' {
    It 'lists every rule with all that is known of it' {
        $rules = Get-MeshRule
        $rules.Count | Should -BeGreaterThan 90
        $rules | Where-Object { -not ($_.RuleId -and $_.For -and $_.Severity -and $_.Effect -and $_.Remedy -and $_.Source -and $_.Description) } | Should -BeNullOrEmpty
    }

    It 'takes identifiers, wildcards, rule sets and findings' {
        (Get-MeshRule x509expired).RuleId | Should -Be 'X509Expired'
        (Get-MeshRule *Expired -For X509).RuleId | Should -Contain 'X509CrlExpired'
        (Get-MeshRule -For Spiffe).For | Sort-Object -Unique | Should -Be 'Spiffe'
        (Test-MeshCertificate ./web.crt -Hostname a.example | Get-MeshRule).RuleId | Should -Be 'TlsServerHosts'
        { Get-MeshRule Nonsense -ErrorAction Stop } | Should -Throw -ErrorId 'RuleNotFound,*'
    }

    It 'completes rule sets with what they judge, and rules' {
        $sets = (TabExpansion2 'Test-MeshSecret -For Tls' -cursorColumn 24).CompletionMatches
        $sets.CompletionText | Should -Contain 'TlsServer'
        $sets[0].ToolTip | Should -Not -Be $sets[0].CompletionText
        (TabExpansion2 'Get-MeshRule X509Exp' -cursorColumn 20).CompletionMatches.CompletionText | Should -Be 'X509Expired'
    }
}
