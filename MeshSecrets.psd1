@{
    RootModule           = 'bin/MeshSecrets.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6c1d0a0e-5b8f-4f0e-9d1b-3a7c2e94d5f8'
    Author               = 'MeshSecrets contributors'
    CompanyName          = 'MeshSecrets'
    Copyright            = '(c) MeshSecrets contributors'
    Description          = 'Keeps TLS keys, secrets and certificates of service meshes: issues, stores, judges, exports and renews them, in the forms of Kuma, Kong Mesh, Open Service Mesh, Istio, Gloo Mesh and mspider.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('bin/MeshSecrets.Format.ps1xml')
    CmdletsToExport      = @(
        'Backup-MeshStore'
        'Connect-MeshStore'
        'ConvertFrom-MeshManifest'
        'ConvertTo-MeshManifest'
        'Copy-MeshSecret'
        'Disconnect-MeshStore'
        'Edit-MeshTlsKey'
        'Export-MeshCaBundle'
        'Export-MeshSecret'
        'Export-MeshTlsKey'
        'Get-MeshCa'
        'Get-MeshCertDependency'
        'Get-MeshCertificate'
        'Get-MeshRule'
        'Get-MeshSecret'
        'Get-MeshStore'
        'Get-MeshStoreAudit'
        'Get-MeshStoreRole'
        'Get-MeshTlsKey'
        'Import-MeshCa'
        'Import-MeshSecret'
        'Invoke-MeshCertRotation'
        'New-MeshCa'
        'New-MeshCertificate'
        'New-MeshCertificateRequest'
        'New-MeshDestinationRule'
        'New-MeshGateway'
        'New-MeshIdentity'
        'New-MeshMtls'
        'New-MeshOsmConfiguration'
        'New-MeshRelaySecret'
        'New-MeshRootCertificate'
        'New-MeshRootTrust'
        'New-MeshSecret'
        'New-MeshTlsKey'
        'Remove-MeshCa'
        'Remove-MeshSecret'
        'Remove-MeshTlsKey'
        'Repair-MeshSecret'
        'Restart-MeshWorkload'
        'Restore-MeshSecret'
        'Restore-MeshStore'
        'Save-MeshCa'
        'Set-MeshSecret'
        'Set-MeshStore'
        'Set-MeshTlsKey'
        'Test-MeshCertificate'
        'Test-MeshSecret'
        'Test-MeshStore'
        'Watch-MeshCertificate'
        'Watch-MeshSecret'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags = @('ServiceMesh', 'TLS', 'Certificates', 'Secrets', 'PKI', 'SPIFFE', 'Kuma', 'Istio', 'Kubernetes')
        }
    }
}
