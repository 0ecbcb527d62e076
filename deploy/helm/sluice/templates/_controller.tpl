{{- define "sluice.controller" -}}
image: {{ include "sluice.controllerImage" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  - run
  - --external-haproxy
  - --state-dir=/run/sluice/state
  - --http-port=8080
  - --https-port=8443
  - --public-http-port={{ .Values.publicPorts.http }}
  - --public-https-port={{ .Values.publicPorts.https }}
  - --admin-port=9090
  - --health-port=9091
  {{- with .Values.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  - name: POD_NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  - name: SLUICE_CONFIG
    value: $(POD_NAMESPACE)/{{ include "sluice.fullname" . }}
  - name: SLUICE_LEASE
    value: $(POD_NAMESPACE)/{{ include "sluice.fullname" . }}-leader
  - name: SLUICE_BIND
    value: {{ .Values.bind | quote }}
  {{- with .Values.scope.namespaces }}
  - name: SLUICE_NAMESPACES
    value: {{ join "," . | quote }}
  {{- end }}
  {{- with .Values.scope.namespaceSelector }}
  - name: SLUICE_NAMESPACE_SELECTOR
    value: {{ . | quote }}
  {{- end }}
  {{- if .Values.status.addresses }}
  - name: SLUICE_PUBLISH_ADDRESS
    value: {{ join "," .Values.status.addresses | quote }}
  {{- else if and .Values.service.enabled (eq .Values.service.type "LoadBalancer") }}
  - name: SLUICE_PUBLISH_SERVICE
    value: $(POD_NAMESPACE)/{{ include "sluice.fullname" . }}
  {{- end }}
  {{- if .Values.status.withdraw }}
  - name: SLUICE_WITHDRAW_STATUS
    value: "true"
  {{- end }}
  {{- if .Values.sharedLimits.enabled }}
  - name: POD_IP
    valueFrom:
      fieldRef:
        fieldPath: status.podIP
  - name: SLUICE_PEERS_ADDRESS
    value: $(POD_IP):{{ .Values.sharedLimits.port }}
  - name: SLUICE_PEERS_SERVICE
    value: $(POD_NAMESPACE)/{{ include "sluice.fullname" . }}-peers
  {{- end }}
  {{- if .Values.hostPorts.enabled }}
  # Longer than HAProxy's sleep: it lets go of HAProxy when that takes no new connections any more.
  - name: SLUICE_SHUTDOWN_DELAY
    value: {{ add .Values.drainSeconds 5 | quote }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - name: admin
    containerPort: 9090
livenessProbe:
  httpGet:
    path: /healthz
    port: admin
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
# No readinessProbe: the pod is ready when HAProxy serves. A controller that starts again, or waits for an API server that
# is away, must not take a HAProxy out of service that serves on.
{{- if not .Values.hostPorts.enabled }}
# As long as HAProxy's: while requests still arrive, the pod stays ready and follows its pods.
lifecycle:
  preStop:
    sleep:
      seconds: {{ .Values.drainSeconds }}
{{- end }}
resources: {{- toYaml .Values.resources | nindent 2 }}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
volumeMounts:
  - name: run
    mountPath: /run/sluice
  - name: token
    mountPath: /var/run/secrets/kubernetes.io/serviceaccount
    readOnly: true
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
