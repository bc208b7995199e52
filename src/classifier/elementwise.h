#pragma once

// The loops between the matrix products, vectorised by the compiler for the processor at hand.

#include "classifier/kernels.h"

namespace cerebro {

// y[rows, width] = activation(y + bias[width])
void add_bias(float* y, size_t rows, size_t width, const float* bias, Activation activation);

// x[rows, width] = softmax(x), row by row
void softmax(float* x, size_t rows, size_t width);

// As Kernels::normalize.
void layer_norm(float* x, size_t rows, const NormView& norm);

}  // namespace cerebro
