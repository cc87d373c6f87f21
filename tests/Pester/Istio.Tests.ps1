# What the cmdlets do for Istio, as a user meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE

    function Save-Value([string] $Name, [string] $Key) {
        $file = Join-Path $folder "$Name.$Key"
        Set-Content $file (Get-MeshSecret $Name -Namespace istio-system -Key $Key -AsPlainText)
        $file
    }
}

AfterAll {
    $env:MESHSECRETS_STORE = $kept
}

Describe 'Istio' {
    BeforeEach {
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $null = New-MeshCa root-ca -Subject 'O=Istio,CN=Root CA'
        $null = New-MeshTlsKey shop -Issuer root-ca -DnsName shop.example, *.api.shop.example -Namespace istio-system
    }

    AfterEach {
        Disconnect-MeshStore *
    }

    Context 'cacerts' {
        It 'goes out as a folder and comes back in <Format>' -ForEach @{ Format = 'IstioCacerts' }, @{ Format = 'IstioCacertsTls' } {
            $made = New-MeshCa cluster1 -Issuer root-ca -PathLength 0 -ValidFor 365d
            $null = Export-MeshCaBundle cluster1 -Format $Format -IncludePrivateKey -Path "$folder/cluster1"
            (Import-MeshCa back -Path "$folder/cluster1" -Format $Format).Thumbprint | Should -Be $made.Thumbprint
        }
        It 'is judged, and what a sound authority gets is no finding' {
            $null = New-MeshCa cluster1 -Issuer root-ca -PathLength 0 -ValidFor 365d
            $yaml = Export-MeshCaBundle cluster1 -Format IstioCacerts -IncludePrivateKey -AsString
            $yaml | Test-MeshSecret -For Istio | Should -BeNullOrEmpty
            $elsewhere = $yaml -replace 'namespace: istio-system', 'namespace: default'
            ($elsewhere | Test-MeshSecret -For Istio).RuleId | Should -Be 'IstioCaSecretNamespace'
        }
        It 'names a host that no certificate covers, with Gateway and secret in one text' {
            $gateway = New-MeshGateway shop -CredentialName shop -HostName shop.example, pay.example -AsString
            $secret = Get-MeshTlsKey shop | ConvertTo-MeshManifest -AsPlainText
            (($secret, $gateway) | Test-MeshSecret -For IstioGateway).RuleId | Should -Be 'IstioGatewayHostNotCovered'
        }
    }

    Context 'New-MeshGateway' {
        It 'serves the names of a TLS key from the pipeline' {
            $gateway = Get-MeshTlsKey shop | New-MeshGateway
            $gateway.ToString() | Should -Be 'Gateway istio-system/shop'
            $yaml = Get-MeshTlsKey shop | New-MeshGateway -AsString
            $yaml | Should -BeOfType string
            $yaml | Should -Match 'apiVersion: networking.istio.io/v1\n'
            $yaml | Should -Match 'credentialName: shop\n'
            $yaml | Should -Match 'mode: SIMPLE\n'
            $yaml | Should -Match '- shop.example\n'
            $yaml | Should -Match 'istio: ingressgateway\n'
        }
        It 'takes settings' {
            $yaml = Get-MeshTlsKey shop | New-MeshGateway web -Host 'shop/v1.api.shop.example' -Mode Bidirectional -Port 8443 -Protocol tls -MinProtocolVersion TLSv1_3 -SubjectAltName spiffe://cluster.local/ns/a/sa/b -Selector @{ app = 'edge' } -Namespace edge -HttpsRedirect -AsString
            $yaml | Should -Match 'mode: MUTUAL'
            $yaml | Should -Match 'namespace: edge'
            $yaml | Should -Match 'number: 8443'
            $yaml | Should -Match 'protocol: TLS\n'
            $yaml | Should -Match 'TLSV1_3'
            $yaml | Should -Match 'httpsRedirect: true'
            $yaml | Should -Match 'app: edge'
            $yaml | Should -Match '- shop/v1.api.shop.example'
        }
        It 'refuses a host that the certificate does not cover, and goes on with the next key' {
            $null = New-MeshTlsKey other -Issuer root-ca -DnsName other.example -Namespace istio-system
            $made = Get-MeshTlsKey -Namespace istio-system | New-MeshGateway web -HostName shop.example -ErrorVariable refused -ErrorAction SilentlyContinue
            $made | Should -HaveCount 1
            $refused.FullyQualifiedErrorId | Should -BeLike 'IstioHostNotCovered*'
            $refused[0].Exception.Message | Should -BeLike '*other.example*'
        }
        It 'warns of the host *' {
            Get-MeshTlsKey shop | New-MeshGateway -HostName * -WarningVariable warned -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
            $warned | Should -HaveCount 1
        }
        It 'wants a CA to verify clients by, in the secret or beside it' {
            $null = New-MeshTlsKey bare -CertificatePath (Save-Value shop tls.crt) -KeyPath (Save-Value shop tls.key) -Namespace istio-system
            { Get-MeshTlsKey bare | New-MeshGateway -Mode MUTUAL -ErrorAction Stop } | Should -Throw -ErrorId 'IstioClientCaMissing*'
            $null = New-MeshSecret bare-cacert -Data @{ 'ca.crt' = (Get-MeshSecret shop -Namespace istio-system -Key ca.crt -AsPlainText) } -Namespace istio-system
            Get-MeshTlsKey bare | New-MeshGateway -Mode MUTUAL | Should -Not -BeNullOrEmpty
        }
        It 'refuses what istiod refuses: <Case>' -ForEach @(
            @{ Case = 'a credential with ISTIO_MUTUAL'; Id = 'IstioSettingsConflict'; Settings = @{ Name = 'a'; Mode = 'Istio bidirectional'; CredentialName = 'x'; HostName = 'a.example' } }
            @{ Case = 'none with SIMPLE'; Id = 'IstioSettingsConflict'; Settings = @{ Name = 'a'; HostName = 'a.example' } }
            @{ Case = 'no host'; Id = 'IstioHostMissing'; Settings = @{ Name = 'a'; CredentialName = 'x' } }
            @{ Case = 'a name with dots'; Id = 'IstioNameInvalid'; Settings = @{ Name = 'a.b'; CredentialName = 'x'; HostName = 'a.example' } }
            @{ Case = 'an unknown mode'; Id = 'IstioModeUnknown'; Settings = @{ Name = 'a'; Mode = 'TLS'; CredentialName = 'x'; HostName = 'a.example' } }
            @{ Case = 'a host that is none'; Id = 'DnsNameInvalid'; Settings = @{ Name = 'a'; CredentialName = 'x'; HostName = 'https://a.example' } }
        ) {
            { New-MeshGateway @Settings -ErrorAction Stop } | Should -Throw -ErrorId "$Id*"
        }
        It 'makes servers without credential' {
            New-MeshGateway mesh -Mode ISTIO_MUTUAL -HostName *.local -AsString | Should -Not -Match 'credentialName'
            New-MeshGateway through -Mode PASSTHROUGH -HostName a.example -AsString | Should -Match 'protocol: TLS\n'
        }
        It 'completes modes' {
            (TabExpansion2 'New-MeshGateway a -Mode OPT' 27).CompletionMatches.CompletionText | Should -Be 'OPTIONAL_MUTUAL'
        }
    }

    Context 'New-MeshDestinationRule' {
        It 'takes a TLS key for clients' {
            $yaml = Get-MeshTlsKey shop | New-MeshDestinationRule bank bank.example -Mode Bidirectional -Sni bank.example -SubjectAltName bank.example -Port 8443 -WorkloadSelector @{ app = 'shop' } -AsString
            $yaml | Should -Match 'host: bank.example'
            $yaml | Should -Match 'mode: MUTUAL'
            $yaml | Should -Match 'credentialName: shop'
            $yaml | Should -Match 'portLevelSettings'
            $yaml | Should -Match 'matchLabels'
        }
        It 'takes files of the proxy' {
            New-MeshDestinationRule bank bank.example -Mode MUTUAL -ClientCertificate /etc/certs/tls.crt -PrivateKey /etc/certs/tls.key -CaCertificates /etc/certs/ca.crt -AsString |
                Should -Match 'clientCertificate: "?/etc/certs/tls.crt'
        }
        It 'is an object that says what it is' {
            $rule = New-MeshDestinationRule reviews reviews.shop.svc.cluster.local -Mode ISTIO_MUTUAL -Namespace shop
            $rule.Kind, $rule.Name, $rule.Namespace | Should -Be 'DestinationRule', 'reviews', 'shop'
        }
        It 'refuses what istiod refuses: <Case>' -ForEach @(
            @{ Case = 'MUTUAL without certificate'; Settings = @{ Mode = 'MUTUAL' } }
            @{ Case = 'MUTUAL with half of it'; Settings = @{ Mode = 'MUTUAL'; ClientCertificate = '/a' } }
            @{ Case = 'ISTIO_MUTUAL with a credential'; Settings = @{ Mode = 'ISTIO_MUTUAL'; CredentialName = 'x' } }
            @{ Case = 'ISTIO_MUTUAL with files'; Settings = @{ Mode = 'ISTIO_MUTUAL'; CaCertificates = '/a' } }
        ) {
            { New-MeshDestinationRule bank bank.example @Settings -ErrorAction Stop } | Should -Throw -ErrorId 'IstioSettingsConflict*'
        }
        It 'takes either a credential or files' {
            { New-MeshDestinationRule bank bank.example -CredentialName x -CaCertificates /a -ErrorAction Stop } | Should -Throw
        }
    }
}
