# Who uses what, and what is not removed because of it.
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

Describe 'Dependencies' {
    BeforeEach {
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $null = New-MeshCa root-ca
        $null = New-MeshCa mesh-ca -Issuer root-ca
        $null = New-MeshTlsKey web -Namespace shop -Issuer mesh-ca -DnsName web.shop.svc
        New-MeshRootCertificate web-root -CaSecretName web -Namespace shop -AsString | Set-Content "$folder/root.yaml"
    }

    AfterEach {
        Disconnect-MeshStore *
    }

    Context 'Get-MeshCertDependency' {
        It 'finds the users in the store' {
            $uses = Get-MeshCertDependency mesh-ca
            $uses | Where-Object Relation -EQ IssuedBy | ForEach-Object User | Should -Be namespace/shop/web
            $uses | Where-Object Relation -EQ ChainMember | ForEach-Object Field | Should -Be 'tls.crt[1]'
            $uses | ForEach-Object Name | Select-Object -Unique | Should -Be mesh-ca
            $uses[0].Source | Should -Be default
            $uses | Where-Object { -not $_.Effect } | Should -BeNullOrEmpty
        }

        It 'finds users in files and in the pipeline' {
            (Get-MeshCertDependency web -Path $folder).UserKind | Should -Be MeshRootCertificate
            (Get-MeshCertDependency web -Path "$folder/*.yaml" -Relation Reference).Field | Should -Be spec.provider.tresor.ca.secretRef
            (Get-MeshCertDependency web -LiteralPath "$folder/root.yaml").Source | Should -Be "$folder/root.yaml"
            (New-MeshRootCertificate -CaSecretName web -Namespace shop | Get-MeshCertDependency web).User | Should -Be 'MeshRootCertificate shop/osm-mesh-root-certificate'
            @(New-MeshRootCertificate -CaSecretName web -Namespace shop | Get-MeshCertDependency -Relation Reference).Name | Should -Be web
        }

        It 'takes secrets, TLS keys and authorities from the pipeline' {
            (Get-MeshCa mesh-ca | Get-MeshCertDependency -Relation IssuedBy).User | Should -Be namespace/shop/web
            Get-MeshTlsKey web | Get-MeshCertDependency | Should -BeNullOrEmpty
            @(Get-MeshSecret *-ca | Get-MeshCertDependency -Relation IssuedBy).Count | Should -Be 2
        }

        It 'goes from a root to the resources' {
            $uses = Get-MeshCertDependency root-ca -Path $folder -Recurse
            $uses | Where-Object Relation -EQ Reference | ForEach-Object User | Should -Be 'MeshRootCertificate shop/web-root'
            @($uses | Where-Object Relation -EQ IssuedBy).User | Should -Be global/mesh-ca, namespace/shop/web
        }

        It 'finds copies and shared keys' {
            Get-MeshTlsKey web | Copy-MeshSecret -DestinationNamespace other
            (Get-MeshCertDependency web -Namespace shop).Relation | Should -Be SameCertificate
            @(Get-MeshCertDependency -Relation SameCertificate, SameKey).Count | Should -Be 2
        }

        It 'names what is missing, and refuses what nobody knows' {
            New-MeshRootCertificate -CaSecretName gone -AsString | Set-Content "$folder/gone.yaml"
            (Get-MeshCertDependency gone -Path $folder).Field | Should -Be spec.provider.tresor.ca.secretRef
            Get-ErrorId { Get-MeshCertDependency gone } | Should -Be SecretNotFound
            Get-ErrorId { Get-MeshCertDependency web -Path "$folder/none.yaml" } | Should -Be PathNotFound
            Get-MeshCertDependency 'none-*' | Should -BeNullOrEmpty
        }
    }

    Context 'Removal' {
        BeforeEach {
            $null = Import-MeshSecret "$folder/root.yaml"
        }

        It 'is refused while a resource names the secret, and says who' {
            Get-ErrorId { Remove-MeshTlsKey web -Namespace shop -Confirm:$false } | Should -Be SecretInUse
            Get-ErrorId { Remove-MeshSecret web -Namespace shop -Confirm:$false } | Should -Be SecretInUse
            Remove-MeshSecret web -Namespace shop -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
            "$failed" | Should -BeLike '*MeshRootCertificate shop/web-root (spec.provider.tresor.ca.secretRef)*Get-MeshCertDependency web*'
            $failed[0].CategoryInfo.Category | Should -Be InvalidOperation
            Get-MeshTlsKey web | Should -Not -BeNullOrEmpty
        }

        It 'is refused with -WhatIf, too' {
            Get-ErrorId { Remove-MeshTlsKey web -Namespace shop -WhatIf } | Should -Be SecretInUse
        }

        It 'is done with -Force' {
            (Remove-MeshTlsKey web -Namespace shop -Confirm:$false -Force -PassThru).Name | Should -Be web
        }

        It 'of both in one command goes, in either order' {
            @(Get-MeshSecret web, meshrootcertificate.web-root | Remove-MeshSecret -WhatIf -ErrorVariable failed).Count + $failed.Count | Should -Be 0
            (Get-MeshSecret web, meshrootcertificate.web-root | Remove-MeshSecret -Confirm:$false -PassThru).Name | Sort-Object | Should -Be meshrootcertificate.web-root, web
            Get-MeshSecret -Namespace shop | Should -BeNullOrEmpty
        }

        It 'of a whole store goes, authorities before their leaves or after' {
            Get-MeshSecret | Sort-Object Name | Remove-MeshSecret -Confirm:$false
            Get-MeshSecret | Should -BeNullOrEmpty
        }

        It 'of an issuer is refused as long as it has leaves' {
            Get-ErrorId { Remove-MeshCa mesh-ca -Confirm:$false } | Should -Be CaInUse
            Get-ErrorId { Remove-MeshSecret mesh-ca -Global -Confirm:$false } | Should -Be CaInUse
            (Get-MeshSecret mesh-ca, web, meshrootcertificate.web-root | Remove-MeshSecret -Confirm:$false -PassThru).Count | Should -Be 3
            Remove-MeshCa root-ca -Confirm:$false
            Get-MeshCa | Should -BeNullOrEmpty
        }

        It 'goes on with the rest when something is in use' {
            $null = New-MeshSecret free x -Namespace shop
            (Remove-MeshSecret web, free -Namespace shop -Confirm:$false -PassThru -ErrorAction SilentlyContinue).Name | Should -Be free
        }
    }
}
