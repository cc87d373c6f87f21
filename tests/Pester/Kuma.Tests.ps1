# What the cmdlets do for Kuma and Kong Mesh, as a user meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE
    $arn = 'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555'

    function Get-ErrorId([scriptblock] $Script) {
        $ErrorActionPreference = 'Stop'
        try { $null = & $Script; 'no error' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
    }
}

AfterAll {
    $env:MESHSECRETS_STORE = $kept
}

Describe 'Kuma and Kong Mesh' {
    BeforeEach {
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    AfterEach {
        Disconnect-MeshStore *
    }

    Context 'Authorities' {
        It 'go out and come back as <Format>' -ForEach @{ Format = 'KumaProvided' }, @{ Format = 'KumaBuiltin' }, @{ Format = 'Kuma04Builtin' } {
            $made = New-MeshCa kuma-root -KeyAlgorithm Rsa2048
            $null = Export-MeshCaBundle kuma-root -Format $Format -IncludePrivateKey -Path "$folder/ca.yaml"
            $yaml = Get-Content -Raw "$folder/ca.yaml"
            $yaml | Should -Match '(?m)^type: system.kuma.io/secret$'
            $yaml | Should -Match '(?m)^    kuma.io/mesh: default$'
            (Import-MeshCa back -Path "$folder/ca.yaml").Thumbprint | Should -Be $made.Thumbprint

            $universal = Export-MeshCaBundle kuma-root -Format $Format -IncludePrivateKey -Universal -TargetMesh shop -AsString
            $universal | Should -Match '(?m)^type: Secret$'
            $universal | Should -Match '(?m)^mesh: shop$'
            Set-Content "$folder/universal.yaml" $universal
            (Import-MeshCa again -Path "$folder/universal.yaml" -Format $Format).Thumbprint | Should -Be $made.Thumbprint
        }
    }

    Context 'New-MeshMtls' {
        It 'names the secrets that Export-MeshCaBundle writes' {
            $null = New-MeshCa shop-ca -Mesh shop
            $made = Get-MeshCa shop-ca | New-MeshMtls
            $made.Kind, $made.Name, $made.ApiVersion | Should -Be Mesh, shop, kuma.io/v1alpha1
            $yaml = Get-MeshCa shop-ca | New-MeshMtls -AsString
            $names = [regex]::Matches((Export-MeshCaBundle shop-ca -Format KumaProvided -IncludePrivateKey -AsString), '(?m)^  name: (.*)$').ForEach({ $_.Groups[1].Value })
            $names | Should -Be 'shop-ca-cert', 'shop-ca-key'
            $names | ForEach-Object { $yaml | Should -Match "secret: $_" }
        }

        It 'makes a builtin backend, for both kinds of platform' {
            New-MeshMtls -Builtin -KeySize 4096 -CaValidFor 3650d -ValidFor 90m -AsString | Should -Match '(?s)spec:\n  mtls:\n    enabledBackend: ca-1\n.*expiration: "90m".*RSAbits: 4096\n +expiration: "3650d"'
            New-MeshMtls -Builtin -Universal -Mesh shop -AsString | Should -Match '(?s)type: Mesh\nname: shop\nmtls:\n'
            $onKubernetes = New-MeshMtls -Builtin -Mesh shop
            $onKubernetes | New-MeshMtls ca-2 -Builtin -Universal -AsString | Should -Match '(?s)---\ntype: Mesh\nname: shop\nmtls:\n.*ca-1.*ca-2'
        }

        It 'makes the backends of Kong Mesh' {
            New-MeshMtls -VaultAddress https://v -VaultPki p -VaultRole r -TokenSecret t -AsString | Should -Match '(?s)type: vault.*fromCp:\n +address: "?https://v"?\n +pki: p\n +role: r\n +auth:\n +token:\n +secret: t\n'
            New-MeshMtls -Arn $arn -AccessKeyIdSecret i -AccessKeySecret k -AsString | Should -Match '(?s)type: acmpca.*awsCredentials:\n +accessKey:\n +secret: i\n +accessKeySecret:\n +secret: k\n'
            New-MeshMtls -IssuerName i -CaSecret c -AsString | Should -Match '(?s)type: certmanager.*caCert:\n +secret: c\n +issuerRef:\n +name: i\n +kind: Issuer\n +group: cert-manager.io\n'
        }

        It 'goes the three steps of a change of authorities, and keeps all else' {
            Set-Content "$folder/mesh.yaml" "type: Mesh`nname: shop`nmetrics:`n  enabledBackend: prom`nmtls:`n  enabledBackend: ca-1`n  backends:`n  - name: ca-1`n    type: builtin`n"
            $now = ConvertFrom-MeshManifest (Get-Content -Raw "$folder/mesh.yaml")
            $both = $now | New-MeshMtls ca-2 -CertificateSecret c -KeySecret k
            $anew = $both | New-MeshMtls -EnabledBackend ca-2
            $done = $anew | New-MeshMtls -RemoveBackend ca-1 -AsString
            $done | Should -Match '(?s)enabledBackend: prom\n.*enabledBackend: ca-2\n  backends:\n  - name: ca-2\n'
            $done | Should -Not -Match 'ca-1'
            $both | New-MeshMtls -Disabled -AsString | Should -Not -Match 'enabledBackend: ca'
            Get-ErrorId { $both | New-MeshMtls -RemoveBackend ca-1 } | Should -Be KumaBackendEnabled
            Get-ErrorId { $both | New-MeshMtls ca-2 -Builtin } | Should -Be KumaBackendExists
            Get-ErrorId { $both | New-MeshMtls -EnabledBackend ca-9 } | Should -Be KumaBackendUnknown
        }

        It 'makes the Mesh of 0.4' {
            New-MeshMtls -Builtin -Version 0.4 -Universal -AsString | Should -Match 'mtls:\n  enabled: true\n  ca:\n    builtin: \{\}\n'
            Get-ErrorId { New-MeshMtls -Builtin -Version 0.4 -Mode STRICT } | Should -Be KumaVersionUnsuitable
            Get-ErrorId { New-MeshMtls -Version 0.4 -Arn $arn } | Should -Be KumaVersionUnsuitable
        }

        It 'refuses what Kuma or Kong Mesh would refuse' {
            Get-ErrorId { New-MeshMtls -VaultPki p -VaultRole r -TokenSecret t } | Should -Be KongMeshVaultAddressMissing
            Get-ErrorId { New-MeshMtls -VaultAddress https://v -VaultPki p -VaultRole r } | Should -Be KongMeshVaultAuthenticationUnclear
            Get-ErrorId { New-MeshMtls -VaultAddress https://v -VaultPki p -VaultRole r -TokenSecret t -AwsType IAM } | Should -Be KongMeshVaultAuthenticationUnclear
            Get-ErrorId { New-MeshMtls -Arn arn:aws:acm-pca:eu-west-1:123456789:certificate-authority/x } | Should -Be ParameterArgumentValidationError
            Get-ErrorId { New-MeshMtls -IssuerName i -Universal } | Should -Be FormatCannotCarry
            Get-ErrorId { New-MeshIdentity x -Spire | New-MeshMtls -Builtin } | Should -Be KumaMeshExpected
        }

        It 'makes what the rules find nothing against' {
            $null = New-MeshCa shop-ca -Mesh shop
            Get-MeshCa shop-ca | New-MeshMtls -AsString | Set-Content "$folder/mesh.yaml"
            $command = Get-Command Test-MeshSecret -ErrorAction Ignore
            if ($command) {
                Test-MeshSecret -Path "$folder/mesh.yaml" -For Kuma | Should -BeNullOrEmpty
            }
            else {
                Set-ItResult -Skipped -Because 'Test-MeshSecret is not there'
            }
        }
    }

    Context 'New-MeshIdentity' {
        It 'makes an identity of an authority, and allows a root where it is one' {
            $null = New-MeshCa root-ca
            $null = New-MeshCa shop-ca -Mesh shop -Issuer root-ca
            $identity = Get-MeshCa shop-ca | New-MeshIdentity shop
            $identity.Kind, $identity.Name, $identity.Namespace, $identity.Mesh | Should -Be MeshIdentity, shop, kuma-system, shop
            Get-MeshCa shop-ca | New-MeshIdentity shop -AsString | Should -Match '(?s)secretRef:\n +kind: Secret\n +name: shop-ca-cert\n'
            Get-MeshCa shop-ca | New-MeshIdentity shop -AsString | Should -Not -Match 'insecureAllowSelfSigned'
            Get-MeshCa root-ca | New-MeshIdentity shop -AsString | Should -Match 'insecureAllowSelfSigned: true'
        }

        It 'makes those of Kuma, SPIRE and an extension' {
            New-MeshIdentity a -Autogenerate -Universal -Mesh shop -AsString | Should -Match '(?s)^---\ntype: MeshIdentity\nmesh: shop\nname: a\nspec:\n.*matchLabels: \{\}\n.*autogenerate:\n +enabled: true\n'
            New-MeshIdentity a -Spire -AgentTimeout 2s -MatchLabel @{ app = 'web' } -AsString | Should -Match '(?s)app: web\n.*spire:\n +agent:\n +timeout: "2s"\n'
            New-MeshIdentity a -ExtensionName e -ExtensionConfig '{"b": {"c": true}}' -AsString | Should -Match '(?s)extension:\n +name: e\n +config:\n +b:\n +c: true\n'
            Get-ErrorId { New-MeshIdentity a -ExtensionName e -ExtensionConfig 'text' } | Should -Be ManifestInvalid
            Get-ErrorId { New-MeshIdentity a -ExtensionName e -ExtensionConfig "a: 1`n---`nb: 2" } | Should -Be KumaConfigExpected
        }

        It 'makes trust of certificates, and of nothing else' {
            $null = New-MeshCa root-ca
            $trust = New-MeshIdentity trust -TrustDomain shop.example -CaBundle (Export-MeshCaBundle root-ca -AsString)
            $trust.Kind | Should -Be MeshTrust
            New-MeshIdentity trust -TrustDomain shop.example -CaBundle (Export-MeshCaBundle root-ca -AsString) -AsString | Should -Match '(?s)caBundles:\n +- type: Pem\n +pem:\n +value: \|\n +-----BEGIN CERTIFICATE'
            Get-ErrorId { New-MeshIdentity trust -TrustDomain shop.example -CaBundle (Get-MeshSecret root-ca -Key tls.key -AsPlainText) } | Should -Not -Be 'no error'
        }
    }
}
