# What the cmdlets do for Open Service Mesh, as a user meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE

    function Get-ErrorId([scriptblock] $Script) {
        $ErrorActionPreference = 'Stop'
        try { $null = & $Script; 'no error' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
    }
}

AfterAll {
    $env:MESHSECRETS_STORE = $kept
}

Describe 'Open Service Mesh' {
    BeforeEach {
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    AfterEach {
        Disconnect-MeshStore *
    }

    Context 'The root bundle' {
        It 'goes out and comes back in <Format>' -ForEach @{ Format = 'OsmCaBundle' }, @{ Format = 'Osm06CaBundle' } {
            $made = New-MeshCa osm-root -KeyAlgorithm Rsa2048 -Subject 'CN=osm-ca.openservicemesh.io,O=Open Service Mesh,L=CA,C=US' -ValidFor 87600h
            $null = Export-MeshCaBundle osm-root -Format $Format -IncludePrivateKey -Path "$folder/osm-ca-bundle.yaml"
            $yaml = Get-Content -Raw "$folder/osm-ca-bundle.yaml"
            $yaml | Should -Match '(?m)^  namespace: osm-system$'
            $yaml | Should -Match '(?m)^type: Opaque$'
            $yaml -match 'expiration' | Should -Be ($Format -eq 'Osm06CaBundle')
            (Import-MeshCa back -Path "$folder/osm-ca-bundle.yaml").Thumbprint | Should -Be $made.Thumbprint
            (Import-MeshCa again -Path "$folder/osm-ca-bundle.yaml" -Format $Format).Thumbprint | Should -Be $made.Thumbprint
        }

        It 'is of certificates only without the key, as Vault and cert-manager want it' {
            $null = New-MeshCa osm-root
            $yaml = Export-MeshCaBundle osm-root -Format Osm06CaBundle -AsString
            $yaml | Should -Match 'ca.crt'
            $yaml | Should -Not -Match 'private.key|expiration'
        }

        It 'takes no EC key' {
            $null = New-MeshCa osm-root
            Get-ErrorId { Export-MeshCaBundle osm-root -Format OsmCaBundle -IncludePrivateKey -AsString } | Should -Be FormatCannotCarry
        }
    }

    Context 'New-MeshRootCertificate' {
        It 'makes the one of osm install' {
            $made = New-MeshRootCertificate
            $made.Kind | Should -Be MeshRootCertificate
            $made.ApiVersion | Should -Be config.openservicemesh.io/v1alpha2
            $made.Name, $made.Namespace | Should -Be osm-mesh-root-certificate, osm-system
            $yaml = New-MeshRootCertificate -AsString
            $yaml | Should -Match '(?m)^        secretRef:\n          name: osm-ca-bundle\n          namespace: osm-system$'
            $yaml | Should -Match 'role: active'
        }

        It 'takes the root from the pipeline' {
            $null = New-MeshCa shop-root -Namespace shop-mesh
            $null = New-MeshSecret other x -Namespace osm-system
            Get-MeshCa shop-root | New-MeshRootCertificate next -Role Inactive -AsString | Should -Match 'name: shop-root\n +namespace: shop-mesh'
            @(Get-MeshSecret shop-root, other | New-MeshRootCertificate next).Count | Should -Be 2
            Get-MeshSecret other | New-MeshRootCertificate next -CaSecretName wins -AsString | Should -Match 'name: wins\n'
            Get-ErrorId { 1 | New-MeshRootCertificate } | Should -Be OsmSecretExpected
            Get-ErrorId { New-MeshRootCertificate | New-MeshRootCertificate } | Should -Be OsmSecretExpected
        }

        It 'makes those of Vault and of cert-manager' {
            New-MeshRootCertificate v -VaultHost vault.contoso.com -VaultTokenSecretName t -AsString | Should -Match 'protocol: https\n +token:\n +secretKeyRef:\n +name: t\n +key: token\n +namespace: osm-system'
            New-MeshRootCertificate c -IssuerName osm-ca -SpiffeEnabled -AsString | Should -Match '(?s)issuerKind: Issuer\n +issuerGroup: cert-manager.io\n.*spiffeEnabled: true'
        }

        It 'refuses what OSM would refuse' {
            Get-ErrorId { New-MeshRootCertificate -TrustDomain 'Shop Example' } | Should -Be SpiffeIdInvalid
            Get-ErrorId { New-MeshRootCertificate -VaultHost '' -VaultTokenSecretName t } | Should -Be ParameterArgumentValidationErrorEmptyStringNotAllowed
            Get-ErrorId { New-MeshRootCertificate -Role both } | Should -Be ParameterArgumentValidationError
            Get-ErrorId { New-MeshRootCertificate -VaultHost v -IssuerName i } | Should -Match 'AmbiguousParameterSet|MissingMandatory'
        }
    }
}
